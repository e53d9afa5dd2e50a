#include "schema/program/settings_faults.h"

#include <fmt/core.h>

#include <algorithm>

#include "schema/program/configuration_error.h"

namespace flatline {

void SettingsFaults::add(std::size_t line, std::string_view text) {
  faults_.push_back({line, std::string(text)});
}

void SettingsFaults::tell() {
  constexpr std::size_t kTold = 20;  // They fit a screen; of the others, only how many there are.
  std::ranges::stable_sort(faults_, {}, &Fault::line);
  std::string text;
  for (std::size_t i = 0; i < std::min(faults_.size(), kTold); ++i) {
    text +=
        fmt::format("{}{}:{}: {}", i == 0 ? "" : "\n", origin_, faults_[i].line, faults_[i].text);
  }
  if (faults_.size() > kTold) {
    text += fmt::format("\n{}: {} faults, of which these are the first", origin_, faults_.size());
  }
  if (may_show_values()) throw ConfigurationError(text);
  throw Failure(text);
}

std::size_t line_of_nameless_head(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    if (!line.starts_with('[')) continue;
    line.remove_prefix(line.starts_with("[[") ? 2 : 1);
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    constexpr std::string_view kBeginsName =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\"'";
    if (line.empty() || kBeginsName.find(line.front()) == std::string_view::npos) return number;
  }
  return 1;
}

}  // namespace flatline
