#pragma once

// What the collector is told: a TOML file, and flags over it. Reads files while starting; nothing
// after.

#include <filesystem>
#include <optional>
#include <vector>

#include "schema/limits.h"
#include "schema/program/endpoint.h"
#include "schema/program/log.h"
#include "schema/time.h"

namespace flatline {

struct CollectorConfig {
  Endpoint listen{"::", 4170};
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
  Milliseconds checkpoint{kCheckpointPeriod};
  bool resize = false;  ///< Of the command line alone: it is for one start.
  std::optional<std::filesystem::path> check_data;  ///< Look at this folder instead of serving.
  std::optional<std::filesystem::path> read_token;
  bool insecure_reads = false;
  LogLevel log_level = LogLevel::kInfo;
  bool check_only = false;  ///< Start nothing: everything given is to be read and checked.

  /// Whether the API may be bound to an address other than loopback.
  [[nodiscard]] bool others_may_ask() const { return insecure_reads || read_token.has_value(); }
};

/// Flags over `--config FILE` over defaults. Nothing: the command line asked for something else
/// (--help, --version), which was printed. Throws UsageError for a wrong command line, Failure for
/// a wrong file.
std::optional<CollectorConfig> read_collector_config(int argc, const char* const* argv);

/// Throws UsageError, in words that fit file and flags, unless history and tick go together.
void require_history(const CollectorConfig& config);

/// The keys of a file over `config`. Relative paths in it are relative to its folder.
void read_config_file(const std::filesystem::path& path, CollectorConfig& config);

}  // namespace flatline
