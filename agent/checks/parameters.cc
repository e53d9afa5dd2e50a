#include "agent/checks/parameters.h"

#include <fmt/core.h>

#include <utility>

#include "schema/program/duration.h"

namespace flatline {

CheckParameters::CheckParameters(SettingsTable& table, std::filesystem::path folder)
    : table_(table), folder_(std::move(folder)) {}

std::string CheckParameters::text(std::string_view key, std::string_view fallback) {
  return remember(key, table_.text(key).value_or(std::string(fallback)));
}

std::string CheckParameters::required_text(std::string_view key) {
  return remember(key, table_.required_text(key));
}

std::vector<std::string> CheckParameters::texts(std::string_view key, std::size_t max_count) {
  auto values = table_.texts(key, max_count).value_or(std::vector<std::string>{});
  for (const std::string& value : values) remember(key, value);
  return values;
}

std::string CheckParameters::path(std::string_view key, std::string_view fallback) {
  return remember(key, resolved(table_.text(key).value_or(std::string(fallback))));
}

Range CheckParameters::range(std::string_view key, std::string_view fallback) {
  const std::string written = text(key, fallback);
  const auto range = parse_range(written);
  if (!range) fail(key, fmt::format("\"{}\" is no range; ranges are {}", written, kRangeForm));
  return *range;
}

Thresholds CheckParameters::thresholds(std::string_view prefix, std::string_view warning,
                                       std::string_view critical) {
  const auto read = [&](std::string_view level, std::string_view fallback) -> std::optional<Range> {
    const std::string key = fmt::format("{}{}", prefix, level);
    if (!table_.text(key) && fallback.empty()) return std::nullopt;
    return range(key, fallback);
  };
  Thresholds thresholds;
  thresholds.warning = read("warning", warning);
  thresholds.critical = read("critical", critical);
  return thresholds;
}

Milliseconds CheckParameters::duration(std::string_view key, Milliseconds min, Milliseconds max,
                                       Milliseconds fallback) {
  const Milliseconds value = table_.duration(key, min, max).value_or(fallback);
  remember(key, format_duration(value));
  return value;
}

bool CheckParameters::boolean(std::string_view key, bool fallback) {
  const bool value = table_.boolean(key).value_or(fallback);
  remember(key, value ? "true" : "false");
  return value;
}

CheckState CheckParameters::state(std::string_view key, CheckState fallback) {
  struct Name {
    std::string_view name;
    CheckState state;
  };
  constexpr Name kNames[] = {{"ok", CheckState::kOk},
                             {"warning", CheckState::kWarning},
                             {"critical", CheckState::kCritical},
                             {"unknown", CheckState::kUnknown}};
  const auto written = table_.text(key);
  for (const Name& each : kNames) {
    if (written ? *written != each.name : fallback != each.state) continue;
    remember(key, std::string(each.name));
    return each.state;
  }
  fail(key, "must be ok, warning, critical or unknown");
}

unsigned CheckParameters::count(std::string_view key, unsigned min, unsigned max,
                                unsigned fallback) {
  const auto value = static_cast<unsigned>(table_.integer(key, min, max).value_or(fallback));
  remember(key, fmt::format("{}", value));
  return value;
}

void CheckParameters::fail(std::string_view key, std::string_view why) const {
  table_.fail(key, why);
}

std::string CheckParameters::resolved(const std::string& path) const {
  return (folder_ / path).lexically_normal().string();
}

std::string CheckParameters::remember(std::string_view key, std::string value) {
  // Lengths stand in front, so that no value can pass for the start of another key.
  remembered_ += fmt::format("{}:{}={}:{};", key.size(), key, value.size(), value);
  if (value.find('\0') != std::string::npos) fail(key, "must not hold a zero byte");
  return value;
}

}  // namespace flatline
