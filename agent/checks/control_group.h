#pragma once

// The memory that a control group allows (cgroups(7)). In a container the machine's memory says
// little: who uses up the container's is killed.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace flatline {

struct GroupMemory {
  double limit_bytes = 0;
  double used_bytes = 0;  ///< Without what the kernel can give back at once: files not in use.
};

/// The smallest limit of the group that `memberships` (the text of /proc/PID/cgroup) names and of
/// those above it, under `root`, where the groups are mounted (/sys/fs/cgroup). Both versions of
/// control groups are known. Nothing where none has a limit below `machine_bytes`. The group of a
/// systemd service does not count: its limit is the agent's own, and says nothing of the machine.
std::optional<GroupMemory> group_memory(const std::filesystem::path& root,
                                        std::string_view memberships, double machine_bytes);

}  // namespace flatline
