#include "schema/program/presence.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>

#include "schema/program/error.h"

namespace flatline {

/// ENOTDIR means that a folder of the path is a file, and below a file there is nothing.
bool Presence::is_missing() const {
  return error_number_ == ENOENT || error_number_ == ENOTDIR;
}

std::string Presence::reason() const {
  return system_error_text(error_number_);
}

Presence presence_of(const std::filesystem::path& path) noexcept {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {errno, 0};
  return {0, static_cast<std::uint64_t>(status.st_size)};
}

Presence known_presence_of(const std::filesystem::path& path) {
  const Presence presence = presence_of(path);
  if (!presence.is_unknown()) return presence;
  throw Failure(
      fmt::format("{}: cannot tell whether it is there: {}", path.string(), presence.reason()));
}

}  // namespace flatline
