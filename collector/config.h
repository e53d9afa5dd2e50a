#pragma once

// The collector's configuration: a TOML file, and flags that override it. It is read while the
// collector starts, and again when it reloads (reload.h).

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/group_settings.h"
#include "schema/limits.h"
#include "schema/program/described_setting.h"
#include "schema/program/endpoint.h"
#include "schema/program/log.h"
#include "schema/time.h"

namespace flatline {

/// In place of a duration: never.
inline constexpr std::string_view kOff = "off";

struct CollectorConfig {
  Endpoint listen{"::", 4170};
  bool listen_asked = false;  ///< Somebody gave `listen`; else it is the default.
  Endpoint api{"127.0.0.1", 4171};
  std::filesystem::path data = "/var/lib/flatline";
  std::vector<std::filesystem::path> fleet_keys;
  std::uint32_t capacity = kDefaultCapacity;
  Milliseconds tick{kDefaultTick};
  unsigned stale_after = kDefaultStaleAfter;
  Milliseconds window{kDefaultWindow};
  Milliseconds min_interval{kDefaultInterval};
  unsigned panic_below_percent = kDefaultPanicBelowPercent;
  unsigned messages_per_host = kDefaultMessagesPerHost;
  Milliseconds history_step{kDefaultHistoryStep};
  Milliseconds history_keep{kDefaultHistoryKeep};
  bool history_causes = true;  ///< Each step says which check was worst, a byte a slot.
  Milliseconds checkpoint{kCheckpointPeriod};
  std::vector<LabelText> group_by = default_group_by();
  std::vector<QuorumRule> quorums;
  Milliseconds forget_after{kDefaultForgetAfter};  ///< 0: no host is forgotten for its silence.
  bool resize = false;  ///< Only a flag sets it: it is meant for one start.
  std::optional<std::filesystem::path> check_data;  ///< Check this folder instead of serving.
  std::optional<std::filesystem::path> read_token;
  std::optional<std::filesystem::path> api_cert;  ///< Both or none: the API is served by TLS.
  std::optional<std::filesystem::path> api_key;
  std::optional<std::filesystem::path> tokens;  ///< The list of tokens with names and roles.
  std::vector<std::string> api_names;  ///< Under which the API may be asked, besides its own.
  bool insecure_reads = false;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  bool check_only = false;  ///< Check everything that was given, then end.

  /// Whether the API may be bound to an address other than loopback: where a token is asked for,
  /// and nobody on the way can read it, or where the configuration says that it does not matter.
  [[nodiscard]] bool others_may_ask() const {
    const bool asks_for_token = read_token.has_value() || tokens.has_value();
    return insecure_reads || (asks_for_token && api_cert.has_value());
  }
};

/// Reads the command line and the file that `--config` names. Flags override the file, and the file
/// overrides the defaults. Returns nothing when the command line asked for something else (--help,
/// --version), which was printed. Throws UsageError for a wrong command line, and Failure for a
/// wrong file.
std::optional<CollectorConfig> read_collector_config(int argc, const char* const* argv);

/// Throws UsageError where there is a certificate without its key, or a key without a certificate.
void require_tls_pair(const CollectorConfig& config);

/// Where to listen: what somebody asked for, or the default, which without IPv6 is all of IPv4.
Endpoint receive_endpoint(const CollectorConfig& config, bool has_ipv6);

/// Throws UsageError unless the history's step and length fit each other and the tick. Its message
/// fits both the file and the flags, since the values may come from either.
void require_history(const CollectorConfig& config);

/// Reads the file at `path`, and overwrites in `config` what it sets. Relative paths in the file
/// are relative to the file's folder. Throws ConfigurationError about all that is wrong.
void read_config_file(const std::filesystem::path& path, CollectorConfig& config);

/// Every key of the file that there is, for the manual page.
std::vector<DescribedSetting> describe_collector_settings();

}  // namespace flatline
