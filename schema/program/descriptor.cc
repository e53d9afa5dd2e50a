#include "schema/program/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace flatline {

Descriptor::~Descriptor() {
  if (number_ < 0) return;
  const int error = errno;
  ::close(number_);
  errno = error;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  const int taken = other.release();
  const Descriptor replaced(std::exchange(number_, taken));  // Closes it at the end of this call.
  return *this;
}

int Descriptor::release() noexcept {
  return std::exchange(number_, -1);
}

Descriptor open_file(const char* path, int flags, unsigned mode) noexcept {
  int number = -1;
  do {
    number = ::open(path, flags, mode);
  } while (number < 0 && errno == EINTR);
  return Descriptor(number);
}

}  // namespace flatline
