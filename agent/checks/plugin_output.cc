#include "agent/checks/plugin_output.h"

#include <fmt/core.h>

#include <charconv>
#include <csignal>
#include <cstring>
#include <string>

#include "schema/wire/text.h"

namespace flatline {
namespace {

/// Reads the number behind the first `=` of `'label'=value[unit];warn;crit;min;max …`.
float first_value(std::string_view performance) {
  const auto equals = performance.find('=');
  if (equals == std::string_view::npos) return kNoValue;
  performance.remove_prefix(equals + 1);
  float value = 0;
  const auto [stop, error] =
      std::from_chars(performance.data(), performance.data() + performance.size(), value);
  return error == std::errc{} ? value : kNoValue;
}

std::string signal_name(int number) {
  const char* const name = ::sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : std::to_string(number);
}

}  // namespace

CheckResult plugin_result(PluginEnd end, std::string_view output) {
  constexpr CheckState kStates[] = {CheckState::kOk, CheckState::kWarning, CheckState::kCritical,
                                    CheckState::kUnknown};
  const std::string_view line = output.substr(0, output.find('\n'));
  const auto bar = line.find('|');
  std::string text = to_plain_utf8(line.substr(0, bar));
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
  result.message = Message{text};
  return result;
}

}  // namespace flatline
