#include "schema/program/variables.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

namespace flatline {
namespace {

constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/// The name of the variable that `text` begins with; empty if it begins with none.
std::string_view leading_variable(std::string_view text) {
  if (!text.starts_with("${")) return {};
  text.remove_prefix(2);
  const std::size_t end = text.find_first_not_of(kNameCharacters);
  if (end == 0 || end == std::string_view::npos || text[end] != '}') return {};
  return text[0] >= '0' && text[0] <= '9' ? std::string_view{} : text.substr(0, end);
}

}  // namespace

WithVariables put_variables(std::string_view text, const FindVariable& find) {
  WithVariables put;
  while (!text.empty()) {
    const std::string_view name = leading_variable(text);
    if (name.empty()) {
      put.text += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (const auto value = find(name)) {
      put.text += *value;
    } else if (put.missing.empty()) {
      put.missing = name;
    }
    text.remove_prefix(name.size() + std::string_view("${}").size());
  }
  return put;
}

std::optional<std::string> find_variable(std::string_view name) {
  if (name == "HOSTNAME") {
    std::array<char, HOST_NAME_MAX + 1> machine{};
    if (::gethostname(machine.data(), machine.size() - 1) != 0) return std::nullopt;
    return std::string(machine.data());
  }
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace flatline
