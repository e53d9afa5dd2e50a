#pragma once

// The agent's configuration: a TOML file and those of the folder beside it (config_files.h), which
// are read strictly, and the credential that they name. Reading it makes the checks that it
// describes, but starts none of them and opens nothing but these files.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "agent/checks/check.h"
#include "agent/core/reporter.h"
#include "schema/program/described_setting.h"
#include "schema/program/endpoint.h"
#include "schema/program/log.h"
#include "schema/wire/identity.h"

namespace flatline {

struct ConfiguredCheck {
  CheckPlan plan;
  Milliseconds timeout{kDefaultCheckTimeout};  ///< Always below the period.
  std::unique_ptr<Check> check;
};

struct AgentConfig {
  Credential credential;
  std::vector<Endpoint> collectors;  ///< At least one.
  Milliseconds interval{kDefaultInterval};
  Labels labels;
  std::filesystem::path state;  ///< The folder of the epoch and the lock.
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::vector<ConfiguredCheck> checks;
  /// A hash of the checks' names, kinds and parameters, in their order. It is equal for equal
  /// checks in every agent of this version. Another hash makes older detail pages void.
  std::uint64_t config_hash = 0;
};

/// Throws ConfigurationError with a line for each thing that is wrong, naming file, line, key, what
/// was found and what is allowed; and Failure about a file that cannot be read.
AgentConfig read_agent_config(const std::filesystem::path& path);

/// Every key that there is, for the manual page.
std::vector<DescribedSetting> describe_agent_settings();

}  // namespace flatline
