#include "schema/program/small_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "schema/limits.h"
#include "schema/program/descriptor.h"

namespace flatline {
namespace {

/// Waits until a pipe has something more, or its end. False with errno set where nothing comes.
bool await_more(int file) {
  pollfd wanted{file, POLLIN, 0};
  const int found = ::poll(&wanted, 1, static_cast<int>(kPipePatience.count()));
  if (found == 0) errno = ETIMEDOUT;
  return found > 0 || (found < 0 && errno == EINTR);
}

/// Nothing in a pipe means that nobody writes to it, which is another fault than an empty file.
bool is_idle_pipe(int file, std::size_t size) {
  struct stat status {};
  return size == 0 && ::fstat(file, &status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

std::string_view read_small_file(const char* path, std::span<char> buffer) {
  // Opened to block, a FIFO that nobody writes would keep the program for ever.
  const Descriptor file = open_file(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (!file.is_open()) return {};
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data() + size, buffer.size() - size);
    if (got == 0) break;
    if (got > 0) {
      size += static_cast<std::size_t>(got);
    } else if (errno != EINTR && !(errno == EAGAIN && await_more(file.get()))) {
      return {};
    }
  }
  if (is_idle_pipe(file.get(), size)) {
    errno = ENODATA;
    return {};
  }
  return {buffer.data(), size};
}

}  // namespace flatline
