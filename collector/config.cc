#include "collector/config.h"

#include <fmt/core.h>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"
#include "schema/program/settings.h"

namespace flatline {
namespace {

/// In place of a duration: never.
constexpr std::string_view kOff = "off";

constexpr const char* kFooter =
    "Examples:\n"
    "  flatline keygen -o fleet.key\n"
    "  flatline-collector --data ./data --fleet-key fleet.key\n"
    "  flatline-collector --config /etc/flatline/collector.toml --check-config\n"
    "  flatline-collector --check-data /var/lib/flatline\n"
    "When it serves, it prints one line on stdout: ready udp=ADDR:PORT api=ADDR:PORT";

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
  std::string check_data;
  bool resize = false;
  bool insecure_reads = false;
  bool check_config = false;
};

void add_flags(ProgramFlags& flags, Typed& typed) {
  flags.option("--config", typed.config, "TOML file; flags win over it");
  flags.option("--listen", typed.listen, "UDP, ADDR:PORT (default [::]:4170, both IP versions)");
  flags.option("--api", typed.api, "HTTP, ADDR:PORT (default 127.0.0.1:4171)");
  flags.option("--data", typed.data, "Folder of registry and history (default /var/lib/flatline)");
  flags.repeated("--fleet-key", typed.fleet_keys, "Fleet key file (repeat for a second live key)");
  flags.option("--capacity", typed.capacity, "Slots, a multiple of 64 (default 16384)");
  flags.option("--tick", typed.tick, "How often views are published (default 1s)");
  flags.option("--stale-after", typed.stale_after,
               "Lost snapshots in a row that condemn a host (default 4)");
  flags.option("--window", typed.window, "The collector's own window, for flags (default 5s)");
  flags.option("--min-interval", typed.min_interval, "Fastest agent allowed (default 1s)");
  flags.option("--messages-per-host", typed.messages_per_host,
               "Check messages kept of each host (default 8)");
  flags.option("--history-step", typed.history_step,
               "How often a step of the history is stored (default 10s)");
  flags.option("--history-keep", typed.history_keep,
               "How far back the history reaches (default 24h)");
  flags.option("--checkpoint", typed.checkpoint,
               "How often what was last heard is stored: what a crash can lose (default 1m)");
  flags.option("--forget-after", typed.forget_after,
               "How long a silent host keeps its slot, or off (default 7d)");
  flags.flag("--resize", typed.resize,
             "Accept a folder made for another capacity or history: hosts and slots stay, the "
             "old history is set aside");
  flags.option("--read-token", typed.read_token, "File with the token that readers must send");
  flags.option("--api-cert", typed.api_cert,
               "Serve HTTPS: PEM file of the certificate, then those of its issuers");
  flags.option("--api-key", typed.api_key, "PEM file of that certificate's private key");
  flags.flag("--insecure-reads", typed.insecure_reads,
             "Serve an address other than loopback without a read token or without TLS");
  flags.flag("--check-config", typed.check_config, "Check everything that was given, then end");
  flags.option("--check-data", typed.check_data,
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
  config.insecure_reads |= typed.insecure_reads;
}

bool read_endpoint_key(SettingsTable& file, std::string_view key, Endpoint& endpoint) {
  const auto text = file.text(key);
  if (!text) return false;
  const auto read = parse_endpoint(*text);
  if (!read) file.fail(key, fmt::format("'{}' is not allowed; give {}", *text, kEndpointForm));
  endpoint = *read;
  return true;
}

template <typename Number>
void read_integer_key(SettingsTable& file, std::string_view key, Number min, Number max,
                      Number& number) {
  if (const auto read = file.integer(key, min, max)) number = static_cast<Number>(*read);
}

void read_forget_after(SettingsTable& file, CollectorConfig& config) {
  constexpr std::string_view kKey = "forget_after";
  const auto text = file.text(kKey);
  if (!text) return;
  const auto read = *text == kOff ? Milliseconds{0} : parse_duration(*text);
  if (!read || (*text != kOff && (*read < kMinForgetAfter || *read > kMaxForgetAfter))) {
    file.fail(kKey, fmt::format("'{}' is not allowed; give {} to {}, or {}", *text,
                                format_duration(kMinForgetAfter), format_duration(kMaxForgetAfter),
                                kOff));
  }
  config.forget_after = *read;
}

}  // namespace

namespace {

/// Names as a Host header has them, without a port.
std::vector<std::string> read_api_names(SettingsTable& file) {
  const auto names = file.texts("api_names", kApiNames).value_or(std::vector<std::string>{});
  for (const std::string& name : names) {
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
    if (!name.empty() && name.size() <= kApiNameBytes &&
        name.find_first_not_of(kCharacters) == std::string::npos) {
      continue;
    }
    file.fail("api_names", fmt::format("'{}' is not allowed; give names of hosts without a port, "
                                       "such as \"fleet.example.net\"",
                                       name));
  }
  return names;
}

}  // namespace

void read_config_file(const std::filesystem::path& path, CollectorConfig& config) {
  SettingsTable file = read_settings(path, kConfigFileBytes);
  const auto from_here = [&](const std::string& written) { return path.parent_path() / written; };
  config.listen_asked = read_endpoint_key(file, "listen", config.listen);
  (void)read_endpoint_key(file, "api", config.api);
  if (const auto data = file.text("data")) config.data = from_here(*data);
  if (const auto keys = file.texts("fleet_keys", kFleetKeys)) {
    config.fleet_keys.clear();
    for (const std::string& key : *keys) config.fleet_keys.push_back(from_here(key));
  }
  read_integer_key(file, "capacity", kMinCapacity, kMaxCapacity, config.capacity);
  if (config.capacity % 64 != 0) file.fail("capacity", "must be a multiple of 64");
  config.tick = file.duration("tick", kMinTick, kMaxTick).value_or(config.tick);
  read_integer_key(file, "stale_after", kMinStaleAfter, kMaxStaleAfter, config.stale_after);
  config.window = file.duration("window", kMinWindow, kMaxWindow).value_or(config.window);
  config.min_interval =
      file.duration("min_interval", kMinInterval, kMaxInterval).value_or(config.min_interval);
  read_integer_key(file, "panic_below", 0U, 100U - kPanicEndsAbovePoints,
                   config.panic_below_percent);
  read_integer_key(file, "messages_per_host", 0U, kMaxMessagesPerHost, config.messages_per_host);
  config.history_step =
      file.duration("history_step", kMinHistoryStep, kMaxHistoryStep).value_or(config.history_step);
  config.history_keep =
      file.duration("history_keep", kMinHistoryKeep, kMaxHistoryKeep).value_or(config.history_keep);
  config.checkpoint = file.duration("checkpoint", kMinCheckpointPeriod, kCheckpointPeriod)
                          .value_or(config.checkpoint);
  read_forget_after(file, config);
  config.group_by = read_group_by(file, config.group_by);
  config.quorums = read_quorums(file, config.group_by);
  if (const auto token = file.text("read_token")) config.read_token = from_here(*token);
  if (const auto certificate = file.text("api_cert")) config.api_cert = from_here(*certificate);
  if (const auto key = file.text("api_key")) config.api_key = from_here(*key);
  config.api_names = read_api_names(file);
  config.history_causes = file.boolean("history_causes").value_or(config.history_causes);
  config.insecure_reads = file.boolean("insecure_reads").value_or(config.insecure_reads);
  if (const auto level = file.text("log_level")) {
    const auto found = parse_log_level(*level);
    if (!found) file.fail("log_level", fmt::format("must be {}", kLogLevelForm));
    config.log_level = *found;
  }
  if (const auto format = file.text("log_format")) {
    const auto found = parse_log_format(*format);
    if (!found) file.fail("log_format", fmt::format("must be {}", kLogFormatForm));
    config.log_format = *found;
  }
  file.finish();
}

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

std::optional<CollectorConfig> read_collector_config(int argc, const char* const* argv) {
  ProgramFlags flags("Merges the snapshots of a fleet's agents into one bitmap of its health.",
                     "flatline-collector", kFooter);
  Typed typed;
  add_flags(flags, typed);
  if (!flags.parse(argc, argv)) return std::nullopt;
  CollectorConfig config;
  if (!typed.config.empty()) read_config_file(typed.config, config);
  apply(typed, config);
  if (!typed.check_data.empty()) {
    config.check_data = typed.check_data;
    return config;
  }
  require_history(config);
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
