#include "agent/config.h"

#include <fmt/core.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "agent/checks/kinds.h"
#include "agent/config_files.h"
#include "schema/program/configuration_error.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "schema/program/settings.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

constexpr std::string_view kDefaultCredential = "/etc/flatline/agent.credential";
constexpr std::string_view kDefaultState = "/var/lib/flatline-agent";

// The sentences of the manual page name them.
static_assert(kLabelsBytes == 64 && kCheckNameBytes == 32);

constexpr std::string_view kCollectorsKey = "collectors";

void refuse_no_collectors(const SettingsTable& table) {
  table.refuse(kCollectorsKey,
               fmt::format("is missing; name 1 to {}, each {}", kCollectors, kEndpointForm));
}

/// Where a file lacks the key, the list is empty.
std::vector<Endpoint> read_collectors(SettingsTable& table) {
  const auto written =
      table.texts({kCollectorsKey,
                   "Where to send, ADDR:PORT each: every collector gets every snapshot. Names are "
                   "resolved again every 30 s",
                   Variables::kAreRead},
                  kCollectors);
  if (!written) return {};
  if (written->empty()) refuse_no_collectors(table);
  std::vector<Endpoint> collectors;
  for (const std::string& text : *written) {
    auto endpoint = parse_endpoint(text);
    if (!endpoint || endpoint->port == 0) {
      table.refuse(kCollectorsKey, fmt::format("\"{}\" is not {}", text, kEndpointForm));
    } else if (std::find(collectors.begin(), collectors.end(), *endpoint) != collectors.end()) {
      table.refuse(kCollectorsKey, fmt::format("\"{}\" is listed twice", text));
    } else {
      collectors.push_back(*std::move(endpoint));
    }
  }
  return collectors;
}

Labels read_labels(SettingsTable& table) {
  const std::string labels =
      table
          .text({"labels", "KEY=VALUE pairs with commas between them, at most 64 bytes in all",
                 Variables::kAreRead})
          .value_or("");
  if (is_labels(labels)) return Labels{labels};
  table.refuse("labels", fmt::format("must be KEY=VALUE pairs of A-Za-z0-9._- with commas between "
                                     "them, at most {} bytes; found \"{}\"",
                                     kLabelsBytes, to_plain_utf8(labels)));
  return {};
}

template <typename Value, typename Parse>
Value read_word(SettingsTable& table, const Setting& setting, std::string_view fallback,
                std::string_view form, Parse parse) {
  const std::string written = table.text(setting, fallback);
  if (const auto value = parse(written)) return *value;
  table.refuse_form(setting.key, form);
  return Value{};
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

/// Where the agent was started may be gone by the time that it reads its configuration again.
std::filesystem::path folder_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (!error) return absolute.parent_path();
  throw Failure(fmt::format("{}: cannot tell its folder: {}", path.string(), error.message()));
}

/// Reads the files of one configuration, one after the other.
class ConfigReader {
 public:
  explicit ConfigReader(AgentConfig& config) : config_(config) {}

  /// Reads what the file sets. Relative paths are relative to `folder`.
  void read(SettingsTable& table, const std::filesystem::path& folder) {
    refuse_what_is_set(table);
    const std::string credential =
        table.text({"credential", "What `flatline enroll` made; it holds the host's name",
                    Variables::kAreRead},
                   kDefaultCredential);
    const std::vector<Endpoint> collectors = read_collectors(table);
    const Milliseconds interval = table.duration({"interval", "How often a snapshot is sent"},
                                                 kMinInterval, kMaxInterval, kDefaultInterval);
    const Labels labels = read_labels(table);
    const std::string state =
        table.text({"state", "The folder of the epoch and the lock, which is the agent's alone",
                    Variables::kAreRead},
                   kDefaultState);
    const LogLevel level = read_word<LogLevel>(
        table, {"log_level", "What the log tells: debug, info, warning or error"}, "info",
        kLogLevelForm, parse_log_level);
    const LogFormat format = read_word<LogFormat>(
        table,
        {"log_format",
         "text, or json: an object a line. Text that goes to systemd's journal has priorities and "
         "no time"},
        "text", kLogFormatForm, parse_log_format);
    take("credential", table, credential_, folder / credential);
    take(kCollectorsKey, table, config_.collectors, collectors);
    take("interval", table, config_.interval, interval);
    take("labels", table, config_.labels, labels);
    take("state", table, config_.state, folder / state);
    take("log_level", table, config_.log_level, level);
    take("log_format", table, config_.log_format, format);
    for (SettingsTable& check :
         table.tables({"check", "What to watch, each in a table of its own; see below"}, kChecks)) {
      read_check(check, folder);
    }
    if (config_.checks.size() > kChecks) {
      table.refuse("check", fmt::format("with those of the files before there are {}; allowed are "
                                        "{}",
                                        config_.checks.size(), kChecks));
    }
    is_first_file_ = false;
  }

  [[nodiscard]] bool names_collectors() const { return places_.contains(kCollectorsKey); }
  [[nodiscard]] const std::filesystem::path& credential() const { return credential_; }
  /// The text of all that determines the checks.
  [[nodiscard]] const std::string& canonical() const { return canonical_; }

 private:
  /// Takes what the file sets; of the first file what is the default, too.
  template <typename Value>
  void take(std::string_view key, const SettingsTable& table, Value& into, const Value& value) {
    if (is_first_file_ || table.has(key)) into = value;
    if (table.has(key)) places_.emplace(key, table.place_of(key));
  }

  /// A second value would silently win or lose.
  void refuse_what_is_set(const SettingsTable& table) const {
    for (const auto& [key, place] : places_) {
      if (table.has(key)) table.refuse(key, fmt::format("is set already, at {}", place));
    }
  }

  CheckName read_name(SettingsTable& table, std::string_view kind) {
    const std::string written =
        table.text({"name", "What the check is called, 1 to 32 bytes; without one, its kind"})
            .value_or(std::string(kind));
    if (written.empty() && kind.empty()) return {};  // That there is no kind is told.
    if (!is_check_name(written)) {
      table.refuse_form("name",
                        fmt::format("1 to {} bytes of UTF-8 without control characters and without "
                                    "spaces at its ends",
                                    kCheckNameBytes));
      return {};
    }
    const CheckName name{written};
    const auto [other, is_new] = check_places_.emplace(written, table.place_of("name"));
    if (is_new) return name;
    const std::string& place = other->second;
    const std::string own = table.place_of("name");
    const bool same_file = own.substr(0, own.rfind(':')) == place.substr(0, place.rfind(':'));
    table.refuse("name", fmt::format("\"{}\" is another check's already{}; each needs its own "
                                     "(without one it is the kind)",
                                     written, same_file ? "" : ", at " + place));
    return name;
  }

  void read_check(SettingsTable& table, const std::filesystem::path& folder) {
    ConfiguredCheck configured;
    CheckParameters parameters(table, folder);
    const std::string kind = parameters.required_text({"kind", kind_sentence()});
    MakeCheck* const make = find_kind(kind);
    CheckPlan& plan = configured.plan;
    plan.name = read_name(table, kind);
    const Milliseconds period = parameters.duration(
        {"period", "How often it runs"}, kMinCheckPeriod, kMaxCheckPeriod, kDefaultCheckPeriod);
    plan.period = period;
    configured.timeout = parameters.duration(
        {"timeout",
         "How long a run may take; below the period, whose half it is at most where it "
         "is not given"},
        Milliseconds{1}, kMaxCheckPeriod, std::min(kDefaultCheckTimeout, period / 2));
    if (configured.timeout >= period) {
      table.refuse("timeout", fmt::format("{} is not below the period; allowed are 1ms to {}",
                                          format_duration(configured.timeout),
                                          format_duration(period - Milliseconds{1})));
    }
    plan.fail_after = parameters.count(
        {"fail_after", "So many CRITICAL or UNKNOWN results in a row make it fail"}, 1, kMaxInARow,
        1);
    plan.recover_after = parameters.count(
        {"recover_after", "So many OK or WARNING results in a row end that"}, 1, kMaxInARow, 1);
    if (make == nullptr) {
      return table.refuse("kind", fmt::format("\"{}\" is none; there are: {}", kind, kind_names()));
    }
    configured.check = make(parameters);
    table.finish();
    const std::string all = fmt::format("{}:{}{}\n", plan.name.view().size(), plan.name.view(),
                                        parameters.remembered());
    plan.fingerprint = hash_of(all);
    canonical_ += all;
    config_.checks.push_back(std::move(configured));
  }

  static const std::string& kind_sentence() {
    static const std::string sentence = "What kind of check it is: " + kind_names();
    return sentence;
  }

  AgentConfig& config_;
  std::filesystem::path credential_;
  std::string canonical_;
  std::map<std::string, std::string, std::less<>> places_;  ///< Of keys that are set.
  bool is_first_file_ = true;
  std::map<std::string, std::string, std::less<>> check_places_;  ///< Of checks, by name.
};

/// Keeps what is wrong with one file, so that the others are read, too.
template <typename Read>
void collect(std::string& faults, Read read) {
  try {
    read();
  } catch (const ConfigurationError& error) {
    faults += (faults.empty() ? "" : "\n") + std::string(error.what());
  }
}

}  // namespace

AgentConfig read_agent_config(const std::filesystem::path& path) {
  AgentConfig config;
  ConfigReader reader(config);
  std::vector<SettingsTable> tables;
  std::string faults;
  bool all_parsed = true;
  for (const std::filesystem::path& file : config_files(path)) {
    const std::size_t parsed = tables.size();
    collect(faults, [&] { tables.push_back(read_settings(file, kConfigFileBytes)); });
    all_parsed &= tables.size() > parsed;
    if (tables.size() > parsed) reader.read(tables.back(), folder_of(file));
  }
  if (all_parsed && !reader.names_collectors()) refuse_no_collectors(tables.front());
  for (const SettingsTable& table : tables) collect(faults, [&] { table.finish(); });
  if (!faults.empty()) throw ConfigurationError(faults);
  config.config_hash = hash_of(reader.canonical());
  config.credential = read_credential(reader.credential());
  return config;
}

std::vector<DescribedSetting> describe_agent_settings() {
  std::vector<DescribedSetting> described = describe_settings([](SettingsTable& table) {
    AgentConfig config;
    ConfigReader(config).read(table, "/");
  });
  for (const std::string_view kind : kinds()) {
    for (DescribedSetting& setting : describe_settings([&](SettingsTable& table) {
           CheckParameters parameters(table, "/");
           static_cast<void>(find_kind(kind)(parameters));
         })) {
      setting.head = fmt::format("[[check]] of kind {}", kind);
      described.push_back(std::move(setting));
    }
  }
  return described;
}

}  // namespace flatline
