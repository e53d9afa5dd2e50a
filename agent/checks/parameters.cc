#include "agent/checks/parameters.h"

#include <fmt/core.h>

#include <utility>

#include "schema/program/duration.h"

namespace flatline {

CheckParameters::CheckParameters(SettingsTable& table, std::filesystem::path folder)
    : table_(table), folder_(std::move(folder)) {}

std::string CheckParameters::text(const Setting& setting, std::string_view fallback) {
  return remember(setting.key, table_.text(setting, fallback));
}

std::string CheckParameters::required_text(const Setting& setting) {
  return remember(setting.key, table_.required_text(setting));
}

std::vector<std::string> CheckParameters::texts(const Setting& setting, std::size_t max_count) {
  auto values = table_.texts(setting, max_count).value_or(std::vector<std::string>{});
  for (const std::string& value : values) remember(setting.key, value);
  return values;
}

std::string CheckParameters::path(const Setting& setting, std::string_view fallback) {
  return remember(setting.key, resolved(table_.text(setting, fallback)));
}

std::optional<Range> CheckParameters::range(const Setting& setting, std::string_view fallback) {
  const std::string written = table_.text(setting, fallback);
  if (written.empty() && fallback.empty() && !table_.has(setting.key)) return std::nullopt;
  remember(setting.key, written);
  const auto range = parse_range(written);
  if (!range) {
    refuse(setting.key, fmt::format("\"{}\" is no range; ranges are {}", written, kRangeForm));
  }
  return range;
}

Thresholds CheckParameters::thresholds(std::string_view prefix, std::string_view what,
                                       std::string_view warning, std::string_view critical) {
  const auto read = [&](std::string_view level, std::string_view fallback) {
    const std::string key = fmt::format("{}{}", prefix, level);
    const std::string sentence =
        fmt::format("The good range of {}; outside of it the check is {}", what, level);
    return range({key, sentence}, fallback);
  };
  Thresholds thresholds;
  thresholds.warning = read("warning", warning);
  thresholds.critical = read("critical", critical);
  return thresholds;
}

Milliseconds CheckParameters::duration(const Setting& setting, Milliseconds min, Milliseconds max,
                                       Milliseconds fallback) {
  const Milliseconds value = table_.duration(setting, min, max, fallback);
  remember(setting.key, format_duration(value));
  return value;
}

bool CheckParameters::boolean(const Setting& setting, bool fallback) {
  const bool value = table_.boolean(setting, fallback);
  remember(setting.key, value ? "true" : "false");
  return value;
}

CheckState CheckParameters::state(const Setting& setting, CheckState fallback) {
  struct Name {
    std::string_view name;
    CheckState state;
  };
  constexpr Name kNames[] = {{"ok", CheckState::kOk},
                             {"warning", CheckState::kWarning},
                             {"critical", CheckState::kCritical},
                             {"unknown", CheckState::kUnknown}};
  std::string_view name;
  for (const Name& each : kNames) {
    if (each.state == fallback) name = each.name;
  }
  const std::string written = table_.text(setting, name);
  for (const Name& each : kNames) {
    if (written != each.name) continue;
    remember(setting.key, written);
    return each.state;
  }
  refuse_form(setting.key, "ok, warning, critical or unknown");
  return fallback;
}

unsigned CheckParameters::count(const Setting& setting, unsigned min, unsigned max,
                                unsigned fallback) {
  const auto value = static_cast<unsigned>(table_.integer(setting, min, max, fallback));
  remember(setting.key, fmt::format("{}", value));
  return value;
}

void CheckParameters::refuse(std::string_view key, std::string_view why) const {
  table_.refuse(key, why);
}

void CheckParameters::refuse_form(std::string_view key, std::string_view form) const {
  table_.refuse_form(key, form);
}

std::string CheckParameters::resolved(const std::string& path) const {
  return (folder_ / path).lexically_normal().string();
}

std::string CheckParameters::remember(std::string_view key, std::string value) {
  // Lengths stand in front, so that no value can pass for the start of another key.
  remembered_ += fmt::format("{}:{}={}:{};", key.size(), key, value.size(), value);
  if (value.find('\0') != std::string::npos) refuse(key, "must not hold a zero byte");
  return value;
}

}  // namespace flatline
