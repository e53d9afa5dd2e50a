#include "agent/config.h"

#include <fmt/core.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "agent/checks/kinds.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "schema/program/settings.h"
#include "schema/wire/names.h"

namespace flatline {
namespace {

constexpr std::string_view kDefaultCredential = "/etc/flatline/agent.credential";
constexpr std::string_view kDefaultState = "/var/lib/flatline-agent";

std::vector<Endpoint> read_collectors(SettingsTable& table) {
  constexpr std::string_view kKey = "collectors";
  const auto written = table.texts(kKey, kCollectors).value_or(std::vector<std::string>{});
  if (written.empty()) {
    table.fail(kKey, fmt::format("is missing; name 1 to {}, each {}", kCollectors, kEndpointForm));
  }
  std::vector<Endpoint> collectors;
  for (const std::string& text : written) {
    auto endpoint = parse_endpoint(text);
    if (!endpoint || endpoint->port == 0) {
      table.fail(kKey, fmt::format("\"{}\" is not {}", text, kEndpointForm));
    }
    if (std::find(collectors.begin(), collectors.end(), *endpoint) != collectors.end()) {
      table.fail(kKey, fmt::format("\"{}\" is listed twice", text));
    }
    collectors.push_back(*std::move(endpoint));
  }
  return collectors;
}

Labels read_labels(SettingsTable& table) {
  const std::string labels = table.text("labels").value_or("");
  if (!is_labels(labels)) {
    table.fail("labels", fmt::format("must be KEY=VALUE pairs of A-Za-z0-9._- with commas between "
                                     "them, at most {} bytes",
                                     kLabelsBytes));
  }
  return Labels{labels};
}

LogLevel read_log_level(SettingsTable& table) {
  const std::string written = table.text("log_level").value_or("info");
  const auto level = parse_log_level(written);
  if (!level) table.fail("log_level", fmt::format("must be {}", kLogLevelForm));
  return *level;
}

CheckName read_check_name(SettingsTable& table, std::string_view kind,
                          const std::vector<ConfiguredCheck>& others) {
  const std::string written = table.text("name").value_or(std::string(kind));
  if (!is_check_name(written)) {
    table.fail("name", fmt::format("must be 1 to {} bytes of UTF-8 without control characters and "
                                   "without spaces at its ends",
                                   kCheckNameBytes));
  }
  const CheckName name{written};
  for (const ConfiguredCheck& other : others) {
    if (other.plan.name == name) {
      table.fail("name", fmt::format("\"{}\" is another check's already; each needs its own "
                                     "(without one it is the kind)",
                                     written));
    }
  }
  return name;
}

std::uint64_t hash_of(const std::string& canonical) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(),
                     nullptr, 0);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | digest[i];
  return hash;
}

/// Reads one [[check]] and makes its check. Appends all that determines the check to `canonical`,
/// in a form in which no two checks are equal.
ConfiguredCheck read_check(SettingsTable& table, const std::filesystem::path& folder,
                           const std::vector<ConfiguredCheck>& others, std::string& canonical) {
  ConfiguredCheck configured;
  CheckParameters parameters(table, folder);
  const std::string kind = parameters.required_text("kind");
  MakeCheck* const make = find_kind(kind);
  if (make == nullptr) {
    table.fail("kind", fmt::format("\"{}\" is none; there are: {}", kind, kind_names()));
  }
  CheckPlan& plan = configured.plan;
  plan.name = read_check_name(table, kind, others);
  const Milliseconds period =
      parameters.duration("period", kMinCheckPeriod, kMaxCheckPeriod, kDefaultCheckPeriod);
  plan.period = period;
  configured.timeout = parameters.duration("timeout", Milliseconds{1}, kMaxCheckPeriod,
                                           std::min(kDefaultCheckTimeout, period / 2));
  if (configured.timeout >= period) {
    table.fail("timeout", fmt::format("{} is not below the period; allowed are 1ms to {}",
                                      format_duration(configured.timeout),
                                      format_duration(period - Milliseconds{1})));
  }
  plan.fail_after = parameters.count("fail_after", 1, kMaxInARow, 1);
  plan.recover_after = parameters.count("recover_after", 1, kMaxInARow, 1);
  configured.check = make(parameters);
  table.finish();
  const std::string all =
      fmt::format("{}:{}{}\n", plan.name.view().size(), plan.name.view(), parameters.remembered());
  plan.fingerprint = hash_of(all);
  canonical += all;
  return configured;
}

/// Where the agent was started may be gone by the time that it reads its configuration again.
std::filesystem::path folder_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (!error) return absolute.parent_path();
  throw Failure(fmt::format("{}: cannot tell its folder: {}", path.string(), error.message()));
}

}  // namespace

AgentConfig read_agent_config(const std::filesystem::path& path) {
  SettingsTable table = read_settings(path, kConfigFileBytes);
  const std::filesystem::path folder = folder_of(path);
  AgentConfig config;
  const auto credential =
      folder / table.text("credential").value_or(std::string(kDefaultCredential));
  config.collectors = read_collectors(table);
  config.interval =
      table.duration("interval", kMinInterval, kMaxInterval).value_or(kDefaultInterval);
  config.labels = read_labels(table);
  config.state = folder / table.text("state").value_or(std::string(kDefaultState));
  config.log_level = read_log_level(table);
  std::string canonical;
  for (SettingsTable& check : table.tables("check", kChecks)) {
    config.checks.push_back(read_check(check, folder, config.checks, canonical));
  }
  table.finish();
  config.config_hash = hash_of(canonical);
  config.credential = read_credential(credential);
  return config;
}

}  // namespace flatline
