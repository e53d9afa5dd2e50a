#include "collector/config.h"

#include <fmt/core.h>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"

namespace flatline {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  flatline keygen -o fleet.key\n"
    "  flatline-collector --data ./data --fleet-key fleet.key\n"
    "  flatline-collector --config /etc/flatline/collector.toml --check-config\n"
    "  flatline-collector --check-data /var/lib/flatline\n"
    "Files:\n"
    "  /etc/flatline/collector.toml    the configuration, where --config names it\n"
    "  /var/lib/flatline               registry, checkpoint and history\n"
    "Signals:\n"
    "  SIGHUP   takes over fleet keys, tokens, the certificate, quorums and log level\n"
    "  SIGTERM  writes a checkpoint and ends it\n"
    "\n"
    "When it serves, it prints one line on stdout: ready udp=ADDR:PORT api=ADDR:PORT\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong command line or configuration.";

constexpr const char* kSettingsIntro =
    "What --config names, as /etc/flatline/collector.toml. Only fleet_keys must be there; flags "
    "win over the file.\n"
    "\n"
    "The file is TOML. Durations are in quotes and carry their unit: 250ms, 1s, 1m30s, 2h. "
    "Relative paths are relative to the file's folder.\n"
    "\n"
    "A setting that may hold variables has the variable NAME of the collector's environment in the "
    "place of ${NAME}, and the machine's name in that of ${HOSTNAME}.\n"
    "\n"
    "flatline-collector --check-config tells all that is wrong at once. SIGHUP takes over fleet "
    "keys, tokens, the certificate, quorums and log level; other settings take a restart, and are "
    "named in the log "
    "if they changed.";

constexpr const char* kSettingsExample =
    "  fleet_keys = [\"/etc/flatline/fleet.key\"]\n"
    "  capacity = 16384\n"
    "  group_by = [\"role\", \"zone\"]\n"
    "  \n"
    "  [[quorum]]\n"
    "  group = \"role=web\"\n"
    "  healthy = \"80%\"\n";

std::string collector_settings_page() {
  return settings_page({"flatline-collector.toml", "the configuration of flatline-collector",
                        kSettingsIntro, kSettingsExample, describe_collector_settings()});
}

/// The values of the flags as they were typed. apply() reads them, so that every error names its
/// flag in the same way.
struct Typed {
  std::string config;
  std::string listen;
  std::string api;
  std::string data;
  std::vector<std::string> fleet_keys;
  std::string capacity;
  std::string tick;
  std::string stale_after;
  std::string window;
  std::string min_interval;
  std::string messages_per_host;
  std::string history_step;
  std::string history_keep;
  std::string checkpoint;
  std::string forget_after;
  std::string read_token;
  std::string api_cert;
  std::string api_key;
  std::string tokens;
  std::string check_data;
  bool resize = false;
  bool insecure_reads = false;
  bool check_config = false;
};

void add_flags(ProgramFlags& flags, Typed& typed) {
  flags.option("--config FILE", typed.config, "TOML file; flags win over it");
  flags.option("--listen ADDR:PORT", typed.listen,
               "UDP, ADDR:PORT (default [::]:4170, both IP versions)");
  flags.option("--api ADDR:PORT", typed.api, "HTTP, ADDR:PORT (default 127.0.0.1:4171)");
  flags.option("--data FOLDER", typed.data,
               "Folder of registry and history (default /var/lib/flatline)");
  flags.repeated("--fleet-key FILE", typed.fleet_keys,
                 "Fleet key file (repeat for a second live key)");
  flags.option("--capacity N", typed.capacity, "Slots, a multiple of 64 (default 16384)");
  flags.option("--tick DURATION", typed.tick, "How often views are published (default 1s)");
  flags.option("--stale-after N", typed.stale_after,
               "Lost snapshots in a row that condemn a host (default 4)");
  flags.option("--window DURATION", typed.window,
               "The collector's own window, for flags (default 5s)");
  flags.option("--min-interval DURATION", typed.min_interval, "Fastest agent allowed (default 1s)");
  flags.option("--messages-per-host N", typed.messages_per_host,
               "Check messages kept of each host (default 8)");
  flags.option("--history-step DURATION", typed.history_step,
               "How often a step of the history is stored (default 10s)");
  flags.option("--history-keep DURATION", typed.history_keep,
               "How far back the history reaches (default 24h)");
  flags.option("--checkpoint DURATION", typed.checkpoint,
               "How often what was last heard is stored: what a crash can lose (default 1m)");
  flags.option("--forget-after DURATION", typed.forget_after,
               "How long a silent host keeps its slot, or off (default 7d)");
  flags.flag("--resize", typed.resize,
             "Accept a folder made for another capacity or history: hosts and slots stay, the "
             "old history is set aside");
  flags.option("--read-token FILE", typed.read_token, "File with the token that readers must send");
  flags.option("--api-cert FILE", typed.api_cert,
               "Serve HTTPS: PEM file of the certificate, then those of its issuers");
  flags.option("--api-key FILE", typed.api_key, "PEM file of that certificate's private key");
  flags.option("--tokens FILE", typed.tokens,
               "List of tokens with names and roles (flatline token)");
  flags.flag("--insecure-reads", typed.insecure_reads,
             "Serve an address other than loopback without TLS, and anybody, unless there is a "
             "read token");
  flags.flag("--check-config", typed.check_config, "Check everything that was given, then end");
  flags.option("--check-data FOLDER", typed.check_data,
               "Check a data folder that no collector uses, say what it holds, then end");
}

void read_number(std::string_view flag, const std::string& text, std::uint32_t min,
                 std::uint32_t max, std::uint32_t& number) {
  if (!text.empty()) number = static_cast<std::uint32_t>(read_flag_number(flag, text, min, max));
}

void read_duration(std::string_view flag, const std::string& text, Milliseconds min,
                   Milliseconds max, Milliseconds& duration) {
  if (!text.empty()) duration = read_flag_duration(flag, text, min, max);
}

void read_endpoint(std::string_view flag, const std::string& text, Endpoint& endpoint) {
  if (!text.empty()) endpoint = read_flag_endpoint(flag, text, true);
}

void apply(const Typed& typed, CollectorConfig& config) {
  read_endpoint("--listen", typed.listen, config.listen);
  config.listen_asked |= !typed.listen.empty();
  read_endpoint("--api", typed.api, config.api);
  if (!typed.data.empty()) config.data = typed.data;
  if (typed.fleet_keys.size() > kFleetKeys) {
    throw UsageError(fmt::format("--fleet-key: {} are too many; at most {} are live at a time",
                                 typed.fleet_keys.size(), kFleetKeys));
  }
  if (!typed.fleet_keys.empty()) {
    config.fleet_keys.assign(typed.fleet_keys.begin(), typed.fleet_keys.end());
  }
  read_number("--capacity", typed.capacity, kMinCapacity, kMaxCapacity, config.capacity);
  if (config.capacity % 64 != 0) {
    refuse_flag("--capacity", typed.capacity,
                fmt::format("a multiple of 64 from {} to {}", kMinCapacity, kMaxCapacity));
  }
  read_duration("--tick", typed.tick, kMinTick, kMaxTick, config.tick);
  read_number("--stale-after", typed.stale_after, kMinStaleAfter, kMaxStaleAfter,
              config.stale_after);
  read_duration("--window", typed.window, kMinWindow, kMaxWindow, config.window);
  read_duration("--min-interval", typed.min_interval, kMinInterval, kMaxInterval,
                config.min_interval);
  read_number("--messages-per-host", typed.messages_per_host, 0U, kMaxMessagesPerHost,
              config.messages_per_host);
  read_duration("--history-step", typed.history_step, kMinHistoryStep, kMaxHistoryStep,
                config.history_step);
  read_duration("--history-keep", typed.history_keep, kMinHistoryKeep, kMaxHistoryKeep,
                config.history_keep);
  read_duration("--checkpoint", typed.checkpoint, kMinCheckpointPeriod, kCheckpointPeriod,
                config.checkpoint);
  if (typed.forget_after == kOff) config.forget_after = Milliseconds{0};
  if (typed.forget_after != kOff) {
    read_duration("--forget-after", typed.forget_after, kMinForgetAfter, kMaxForgetAfter,
                  config.forget_after);
  }
  config.resize = typed.resize;
  if (!typed.read_token.empty()) config.read_token = typed.read_token;
  if (!typed.api_cert.empty()) config.api_cert = typed.api_cert;
  if (!typed.api_key.empty()) config.api_key = typed.api_key;
  if (!typed.tokens.empty()) config.tokens = typed.tokens;
  config.insecure_reads |= typed.insecure_reads;
}

}  // namespace

Endpoint receive_endpoint(const CollectorConfig& config, bool has_ipv6) {
  if (config.listen_asked || has_ipv6) return config.listen;
  return {"0.0.0.0", config.listen.port};
}

void require_tls_pair(const CollectorConfig& config) {
  if (config.api_cert.has_value() == config.api_key.has_value()) return;
  throw UsageError(config.api_cert
                       ? "api_cert: TLS needs the certificate's private key, too: api_key or "
                         "--api-key FILE"
                       : "api_key: TLS needs the key's certificate, too: api_cert or --api-cert "
                         "FILE");
}

void require_history(const CollectorConfig& config) {
  if (config.history_step < kTicksPerHistoryStep * config.tick) {
    throw UsageError(fmt::format("history_step: {} is too short; allowed is {}, two ticks, or more",
                                 format_duration(config.history_step),
                                 format_duration(kTicksPerHistoryStep * config.tick)));
  }
  const auto steps = config.history_keep / config.history_step;
  if (steps < kMinHistorySteps || steps > kMaxHistorySteps) {
    throw UsageError(fmt::format("history_keep: {} are {} steps of {}; allowed are {} to {} steps",
                                 format_duration(config.history_keep), steps,
                                 format_duration(config.history_step), kMinHistorySteps,
                                 kMaxHistorySteps));
  }
}

namespace {

/// Says which file is wrong, where no flag has to do with it.
void require_history_of(const Typed& typed, const CollectorConfig& config) {
  const bool is_files = !typed.config.empty() && typed.tick.empty() && typed.history_step.empty() &&
                        typed.history_keep.empty();
  if (!is_files) return require_history(config);
  try {
    require_history(config);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", typed.config, error.what()));
  }
}

}  // namespace

std::optional<CollectorConfig> read_collector_config(int argc, const char* const* argv) {
  ProgramFlags flags("Merges the snapshots of a fleet's agents into one bitmap of its health.",
                     "flatline-collector", kFooter);
  Typed typed;
  add_flags(flags, typed);
  flags.has_settings_page(collector_settings_page);
  if (!flags.parse(argc, argv)) return std::nullopt;
  CollectorConfig config;
  if (!typed.config.empty()) read_config_file(typed.config, config);
  apply(typed, config);
  if (!typed.check_data.empty()) {
    config.check_data = typed.check_data;
    return config;
  }
  require_history_of(typed, config);
  require_tls_pair(config);
  if (config.fleet_keys.empty()) {
    throw UsageError(
        "no fleet key; give --fleet-key FILE, or fleet_keys in the --config file; make one with: "
        "flatline keygen -o fleet.key");
  }
  config.check_only = typed.check_config;
  return config;
}

}  // namespace flatline
