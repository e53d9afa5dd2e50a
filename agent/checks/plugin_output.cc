#include "agent/checks/plugin_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>
#include <string>

#include "agent/core/message.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// What stands behind the label of `'label'=value[unit];warn;crit;min;max …`. A label in quotes may
/// hold `=`, and a quote twice.
std::string_view behind_label(std::string_view performance) {
  std::size_t at = std::min(performance.find_first_not_of(' '), performance.size());
  if (performance.substr(at).starts_with('\'')) {
    do {
      at = performance.find('\'', at + 1);
      if (at == std::string_view::npos) return {};
      ++at;
    } while (performance.substr(at).starts_with('\''));
  }
  const auto equals = performance.find('=', at);
  return equals == std::string_view::npos ? std::string_view{} : performance.substr(equals + 1);
}

/// Reads the first number of performance data. No value is better than a wrong one: what follows
/// the number is a unit, which has no digits, or else the number goes on in a way of its own, such
/// as `1,234` and `0x1F`.
float first_value(std::string_view performance) {
  const std::string_view text = behind_label(performance);
  const std::string_view field = text.substr(0, text.find_first_of("; \t"));
  float value = 0;
  const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return kNoValue;
  const std::string_view unit(stop, static_cast<std::size_t>(field.data() + field.size() - stop));
  if (unit.find_first_of("0123456789.,'\"+-=") != std::string_view::npos) return kNoValue;
  return value == 0 ? 0 : value;  // Without the sign that a zero may have.
}

bool is_blank(std::string_view line) {
  return to_plain_utf8(line).empty();
}

/// The first line that is not blank; empty if all are.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!is_blank(line)) return line;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

std::string_view last_line(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(text.rfind('\n') + 1);
    if (!is_blank(line)) return line;
    text.remove_suffix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

std::string signal_name(int number) {
  const char* const name = ::sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : std::to_string(number);
}

}  // namespace

std::string plugin_words(std::string_view output, std::string_view errors) {
  const std::string_view line = first_line(output);
  std::string words = to_plain_utf8(line.substr(0, line.find('|')));
  return words.empty() ? to_plain_utf8(last_line(errors)) : words;
}

CheckResult plugin_result(PluginEnd end, std::string_view output, std::string_view errors) {
  constexpr CheckState kStates[] = {CheckState::kOk, CheckState::kWarning, CheckState::kCritical,
                                    CheckState::kUnknown};
  const std::string_view line = first_line(output);
  const auto bar = line.find('|');
  std::string text = plugin_words(output, errors);
  if (text.empty()) text = "no output";
  CheckResult result;
  if (bar != std::string_view::npos) result.value = first_value(line.substr(bar + 1));
  if (end.signal != 0) {
    text = fmt::format("ended by {}: {}", signal_name(end.signal), text);
  } else if (end.exit_code < 0 || end.exit_code > 3) {
    text = fmt::format("exit code {}: {}", end.exit_code, text);
  } else {
    result.state = kStates[end.exit_code];
  }
  result.message = message_of(text);
  return result;
}

}  // namespace flatline
