#pragma once

// The agent's configuration: one TOML file, read strictly, and the credential that it names. Owns
// the checks that it describes; starts none of them and opens nothing but the two files.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "agent/checks/check.h"
#include "agent/core/reporter.h"
#include "schema/program/endpoint.h"
#include "schema/program/log.h"
#include "schema/wire/identity.h"

namespace flatline {

struct ConfiguredCheck {
  CheckPlan plan;
  Milliseconds timeout{kDefaultCheckTimeout};  ///< Below the period.
  std::unique_ptr<Check> check;
};

struct AgentConfig {
  Credential credential;
  std::vector<Endpoint> collectors;  ///< At least one.
  Milliseconds interval{kDefaultInterval};
  Labels labels;
  std::filesystem::path state;  ///< Folder of the epoch and the lock.
  LogLevel log_level = LogLevel::kInfo;
  std::vector<ConfiguredCheck> checks;
  /// Over the names, kinds and parameters of the checks in their order: equal for equal checks, in
  /// every agent of this version.
  std::uint64_t config_hash = 0;
};

/// Throws Failure: the first thing that is wrong, with file, line, key and what is allowed.
AgentConfig read_agent_config(const std::filesystem::path& path);

}  // namespace flatline
