#include "agent/state_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace flatline {

bool is_the_disks(int error) {
  constexpr std::array kErrors = {ENOSPC, EDQUOT, EROFS,     EIO,    ESTALE,
                                  ENXIO,  ENOMEM, ETIMEDOUT, EUCLEAN};
  return std::find(kErrors.begin(), kErrors.end(), error) != kErrors.end();
}

void fail_to(std::string_view verb, const std::filesystem::path& path, int error) {
  const std::string what =
      fmt::format("{}: cannot {}: {}", path.string(), verb, system_error_text(error));
  if (is_the_disks(error)) throw DiskFailure(what);
  throw Failure(what);
}

Descriptor open_state_file(const std::filesystem::path& path, int flags) {
  // Without O_NONBLOCK, opening a pipe would wait until somebody opens its other end.
  Descriptor file(::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!file.is_open()) return file;
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return {};
  if (S_ISREG(status.st_mode)) return file;
  errno = S_ISDIR(status.st_mode) ? EISDIR : ENODEV;
  return {};
}

std::string_view read_state_file(const Descriptor& file, std::span<char> buffer) {
  std::size_t size = 0;
  ssize_t got = 0;
  do {
    got = ::pread(file.get(), buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
    if (got > 0) size += static_cast<std::size_t>(got);
  } while (got > 0 || (got < 0 && errno == EINTR));
  if (got < 0) return {};
  return {buffer.data(), size};
}

int overwrite_state_file(const Descriptor& file, std::string_view text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t got = ::pwrite(file.get(), text.data() + written, text.size() - written,
                                 static_cast<off_t>(written));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return ENOSPC;
    written += static_cast<std::size_t>(got);
  }
  return ::ftruncate(file.get(), static_cast<off_t>(text.size())) == 0 ? 0 : errno;
}

}  // namespace flatline
