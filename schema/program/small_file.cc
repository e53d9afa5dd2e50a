#include "schema/program/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "schema/program/descriptor.h"

namespace flatline {

std::string_view read_small_file(const char* path, std::span<char> buffer) {
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return {};
  std::size_t size = 0;
  ssize_t got = 0;
  do {
    got = ::read(file.get(), buffer.data() + size, buffer.size() - size);
    if (got > 0) size += static_cast<std::size_t>(got);
  } while (got > 0 || (got < 0 && errno == EINTR));
  if (got < 0) return {};
  return {buffer.data(), size};
}

}  // namespace flatline
