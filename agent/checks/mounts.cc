#include "agent/checks/mounts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace flatline {
namespace {

/// For a kernel before 5.8, which does not say it: the folder above is on another device, or there
/// is none above.
bool differs_from_parent(const std::string& path, const struct statx& status) {
  struct statx parent {};
  if (::statx(AT_FDCWD, (path + "/..").c_str(), AT_NO_AUTOMOUNT, STATX_INO, &parent) != 0) {
    return false;
  }
  return parent.stx_dev_major != status.stx_dev_major ||
         parent.stx_dev_minor != status.stx_dev_minor || parent.stx_ino == status.stx_ino;
}

/// Looks for the mount in the kernel's list, which is as long as this process has mounts.
bool is_read_only(std::uint64_t id) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> mounts(
      std::fopen("/proc/self/mountinfo", "re"), std::fclose);
  if (!mounts) return false;
  char* line = nullptr;
  std::size_t room = 0;
  std::optional<bool> found;
  for (ssize_t size = 0; !found && size >= 0;) {
    size = ::getline(&line, &room, mounts.get());
    if (size > 0) found = read_only_by({line, static_cast<std::size_t>(size)}, id);
  }
  std::free(line);
  return found.value_or(false);
}

}  // namespace

std::optional<bool> read_only_by(std::string_view line, std::uint64_t id) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{} || number != id) return std::nullopt;
  // Behind ` - ` come the type, the source and the options of the file system itself. No field in
  // front of it has a space, which is written \040.
  constexpr std::string_view kSeparator = " - ";
  const auto separator = line.find(kSeparator);
  if (separator == std::string_view::npos) return false;
  line.remove_prefix(separator + kSeparator.size());
  for (int field = 0; field < 2; ++field) {
    line.remove_prefix(std::min(line.find(' '), line.size()));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  }
  const std::string_view options = line.substr(0, line.find_first_of(" \n"));
  return options == "ro" || options.starts_with("ro,");
}

MountState mount_state_of(const std::string& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, STATX_INO | STATX_MNT_ID, &status) != 0) {
    return {.error = errno};
  }
  MountState state;
  state.is_mount_root = (status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0
                            ? (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0
                            : differs_from_parent(path, status);
  if ((status.stx_mask & STATX_MNT_ID) != 0) {
    state.is_read_only = is_read_only(status.stx_mnt_id);
  }
  return state;
}

}  // namespace flatline
