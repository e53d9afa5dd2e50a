#include "schema/program/descriptor.h"

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

}  // namespace flatline
