#pragma once

// Counts processes by what /proc says of them.

#include <filesystem>
#include <optional>
#include <string>

namespace flatline {

struct ProcessPattern {
  std::string name;       ///< The kernel's (`comm`), as `ps -C` takes it.
  std::string arguments;  ///< Text that stands in the command line; empty: any.
};

struct ProcessCount {
  unsigned running = 0;  ///< Zombies do not run.
  std::string error;     ///< Why it cannot be told how many run; empty if it can.
};

/// Counts in `proc`, which is /proc. Where that shows no other user's processes (its option
/// `hidepid`), it cannot be told: process 1 cannot be seen then, which there always is.
ProcessCount count_processes(const std::filesystem::path& proc, const ProcessPattern& pattern);

}  // namespace flatline
