#pragma once

// What the kernel knows of the mount that a path lies on. It may block where the path's file system
// does.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flatline {

struct MountState {
  int error = 0;               ///< The errno if nothing can be told of the path.
  bool is_mount_root = false;  ///< A file system is mounted at the path itself.
  /// The file system itself is read-only: so it was mounted, or the kernel made it so after errors.
  /// That only this process may not write to it, as in a unit with ProtectSystem, does not count.
  bool is_read_only = false;
};

MountState mount_state_of(const std::string& path);

/// Whether the file system of mount `id` is read-only, by a line of /proc/PID/mountinfo
/// (proc_pid_mountinfo(5)). Nothing where the line is another mount's.
std::optional<bool> read_only_by(std::string_view line, std::uint64_t id);

}  // namespace flatline
