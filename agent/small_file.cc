#include "agent/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace flatline {

std::string_view read_small_file(const char* path, std::span<char> buffer) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::size_t size = 0;
  ssize_t got = 0;
  do {
    got = ::read(file, buffer.data() + size, buffer.size() - size);
    if (got > 0) size += static_cast<std::size_t>(got);
  } while (got > 0 || (got < 0 && errno == EINTR));
  const int error = errno;
  ::close(file);
  errno = error;
  if (got < 0) return {};
  return {buffer.data(), size};
}

}  // namespace flatline
