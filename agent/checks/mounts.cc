#include "agent/checks/mounts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <sstream>

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

}  // namespace

bool is_read_only_mount(std::istream& mounts, std::uint64_t id) {
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::uint64_t number = 0;
    if (!(fields >> number) || number != id) continue;
    // Behind ` - ` come the type, the source and the options of the file system itself.
    const auto separator = line.find(" - ");
    if (separator == std::string::npos) return false;
    std::istringstream own(line.substr(separator + 3));
    std::string type;
    std::string source;
    std::string options;
    own >> type >> source >> options;
    return options == "ro" || options.starts_with("ro,");
  }
  return false;
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
    std::ifstream mounts("/proc/self/mountinfo");
    state.is_read_only = is_read_only_mount(mounts, status.stx_mnt_id);
  }
  return state;
}

}  // namespace flatline
