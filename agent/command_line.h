#pragma once

// The agent's command line.

#include <filesystem>
#include <optional>

namespace flatline {

struct AgentCommand {
  enum class Job { kServe, kCheckConfig, kOnce, kLeave };

  Job job = Job::kServe;
  std::filesystem::path config;
  bool as_json = false;  ///< How kOnce prints.
};

/// Returns nothing if the help or the version was asked for, which is then printed. Throws
/// UsageError.
std::optional<AgentCommand> parse_agent_command(int argc, const char* const* argv);

}  // namespace flatline
