// The collector's configuration file: every key with what is allowed and what its manual page says.

#include <fmt/core.h>

#include <optional>

#include "collector/config.h"
#include "schema/program/duration.h"
#include "schema/program/settings.h"

namespace flatline {
namespace {

bool read_endpoint_key(SettingsTable& file, const Setting& setting, Endpoint& endpoint) {
  const std::string fallback = format_endpoint(endpoint);
  const std::string text = file.text(setting, fallback);
  const auto read = parse_endpoint(text);
  if (!read) {
    file.refuse(setting.key, fmt::format("'{}' is not allowed; give {}", text, kEndpointForm));
    return false;
  }
  endpoint = *read;
  return file.has(setting.key);
}

template <typename Number>
void read_integer_key(SettingsTable& file, const Setting& setting, Number min, Number max,
                      Number& number) {
  number = static_cast<Number>(file.integer(setting, min, max, number));
}

void read_duration_key(SettingsTable& file, const Setting& setting, Milliseconds min,
                       Milliseconds max, Milliseconds& duration) {
  duration = file.duration(setting, min, max, duration);
}

void read_forget_after(SettingsTable& file, CollectorConfig& config) {
  constexpr std::string_view kKey = "forget_after";
  const std::string text = file.text(
      {kKey,
       "How long a host must be silent, by watched time, until its slot is free: 1m to 80d, or "
       "off. Time in which the collector stood still or doubted itself counts for nothing; who is "
       "expected, drained or in conflict is never forgotten"},
      format_duration(config.forget_after));
  const auto read = text == kOff ? Milliseconds{0} : parse_duration(text);
  if (!read || (text != kOff && (*read < kMinForgetAfter || *read > kMaxForgetAfter))) {
    return file.refuse(kKey, fmt::format("'{}' is not allowed; give {} to {}, or {}", text,
                                         format_duration(kMinForgetAfter),
                                         format_duration(kMaxForgetAfter), kOff));
  }
  config.forget_after = *read;
}

/// Names as a Host header has them, without a port.
std::vector<std::string> read_api_names(SettingsTable& file) {
  const auto names =
      file.texts({"api_names",
                  "Names besides localhost, its address and that of api under which the collector "
                  "may be asked, as of a proxy before it; with a read_token any name will do"},
                 kApiNames)
          .value_or(std::vector<std::string>{});
  for (const std::string& name : names) {
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
    if (!name.empty() && name.size() <= kApiNameBytes &&
        name.find_first_not_of(kCharacters) == std::string::npos) {
      continue;
    }
    file.refuse("api_names", fmt::format("'{}' is not allowed; give names of hosts without a port, "
                                         "such as \"fleet.example.net\"",
                                         name));
  }
  return names;
}

/// Reads what the collector is and where its things are.
void read_places(SettingsTable& file, const std::filesystem::path& folder,
                 CollectorConfig& config) {
  const auto read_path = [&](const Setting& setting) -> std::optional<std::filesystem::path> {
    const auto written = file.text(setting);
    return written ? std::optional(folder / *written) : std::nullopt;
  };
  if (const auto keys = file.texts(
          {"fleet_keys",
           "Files that `flatline keygen` made, mode 0600; a second one while a key is rotated",
           Variables::kAreRead},
          kFleetKeys)) {
    config.fleet_keys.clear();
    for (const std::string& key : *keys) config.fleet_keys.push_back(folder / key);
  }
  config.listen_asked = read_endpoint_key(
      file, {"listen", "UDP, where agents send, ADDR:PORT; [::] takes both IP versions"},
      config.listen);
  (void)read_endpoint_key(
      file,
      {"api",
       "HTTP, where people and programs ask; an address other than loopback wants a "
       "read_token or tokens, and TLS"},
      config.api);
  config.data = folder / file.text({"data",
                                    "The folder of registry, checkpoint and history, which is the "
                                    "collector's alone",
                                    Variables::kAreRead},
                                   config.data.string());
  if (const auto token =
          read_path({"read_token", "A file with the token that readers must send, mode 0600",
                     Variables::kAreRead})) {
    config.read_token = token;
  }
  if (const auto certificate =
          read_path({"api_cert",
                     "TLS in the place of clear text, 1.2 and newer: a PEM file of the "
                     "certificate, and behind "
                     "it those of its issuers. SIGHUP reads it again, and closes nothing",
                     Variables::kAreRead})) {
    config.api_cert = certificate;
  }
  if (const auto key =
          read_path({"api_key", "A PEM file of that certificate's private key, mode 0600",
                     Variables::kAreRead})) {
    config.api_key = key;
  }
  if (const auto list = read_path({"tokens",
                                   "The list of tokens with names and roles that `flatline token` "
                                   "writes, mode 0600. With it "
                                   "nobody reads without a token, unless insecure_reads says so",
                                   Variables::kAreRead})) {
    config.tokens = list;
  }
  config.api_names = read_api_names(file);
  config.insecure_reads =
      file.boolean({"insecure_reads",
                    "Serve an address other than loopback to anybody who asks, or without TLS"},
                   config.insecure_reads);
}

/// Reads how hosts are judged.
void read_judgement(SettingsTable& file, CollectorConfig& config) {
  read_integer_key(file, {"capacity", "Slots, a multiple of 64: all memory is taken at start"},
                   kMinCapacity, kMaxCapacity, config.capacity);
  if (config.capacity % 64 != 0) file.refuse_form("capacity", "a multiple of 64");
  read_duration_key(file, {"tick", "How often all slots are swept and a view is published"},
                    kMinTick, kMaxTick, config.tick);
  read_integer_key(file,
                   {"stale_after",
                    "Lost snapshots in a row that condemn a host: silence counts after "
                    "(stale_after + 1/2) intervals"},
                   kMinStaleAfter, kMaxStaleAfter, config.stale_after);
  read_duration_key(file, {"window", "The collector's own window, for its flags warming and blind"},
                    kMinWindow, kMaxWindow, config.window);
  read_duration_key(file,
                    {"min_interval",
                     "The fastest agent that is allowed: the receive buffer "
                     "follows from it"},
                    kMinInterval, kMaxInterval, config.min_interval);
  read_integer_key(file,
                   {"panic_below",
                    "Under this percentage of healthy hosts a view says panic; it "
                    "ends 10 points above"},
                   0U, 100U - kPanicEndsAbovePoints, config.panic_below_percent);
  read_integer_key(file,
                   {"messages_per_host", "Check messages kept of each host, those not OK first"},
                   0U, kMaxMessagesPerHost, config.messages_per_host);
  read_forget_after(file, config);
  config.group_by = read_group_by(file, config.group_by);
  config.quorums = read_quorums(file, config.group_by);
}

/// Reads what is stored, and how often.
void read_storage(SettingsTable& file, CollectorConfig& config) {
  read_duration_key(
      file, {"history_step", "How often a step of the history is stored; at least two ticks"},
      kMinHistoryStep, kMaxHistoryStep, config.history_step);
  read_duration_key(file,
                    {"history_keep",
                     "How far back the history reaches, 2 to 100000 steps; another value on old "
                     "data is refused until --resize"},
                    kMinHistoryKeep, kMaxHistoryKeep, config.history_keep);
  config.history_causes =
      file.boolean({"history_causes",
                    "Whether each step says which check of every host was worst: half of its "
                    "size"},
                   config.history_causes);
  read_duration_key(file,
                    {"checkpoint",
                     "How often what was last heard of every host is stored: what a crash can "
                     "lose"},
                    kMinCheckpointPeriod, kCheckpointPeriod, config.checkpoint);
}

void read_log(SettingsTable& file, CollectorConfig& config) {
  const std::string level =
      file.text({"log_level", "What the log tells: debug, info, warning or error"}, "info");
  const auto found_level = parse_log_level(level);
  if (!found_level) file.refuse_form("log_level", kLogLevelForm);
  config.log_level = found_level.value_or(config.log_level);
  const std::string format = file.text(
      {"log_format",
       "text, or json: an object a line. Text that goes to systemd's journal has priorities and "
       "no time"},
      "text");
  const auto found_format = parse_log_format(format);
  if (!found_format) file.refuse_form("log_format", kLogFormatForm);
  config.log_format = found_format.value_or(config.log_format);
}

void read_settings_of(SettingsTable& file, const std::filesystem::path& folder,
                      CollectorConfig& config) {
  read_places(file, folder, config);
  read_judgement(file, config);
  read_storage(file, config);
  read_log(file, config);
}

}  // namespace

void read_config_file(const std::filesystem::path& path, CollectorConfig& config) {
  SettingsTable file = read_settings(path, kConfigFileBytes);
  read_settings_of(file, path.parent_path(), config);
  file.finish();
}

std::vector<DescribedSetting> describe_collector_settings() {
  return describe_settings([](SettingsTable& file) {
    CollectorConfig config;
    read_settings_of(file, "", config);
  });
}

}  // namespace flatline
