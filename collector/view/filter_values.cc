#include "collector/view/filter_values.h"

#include <fmt/core.h>

#include <charconv>
#include <limits>

#include "schema/program/did_you_mean.h"

namespace flatline {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
/// No version lies in this one.
constexpr AgentTerm kNoVersion{1, 0};

template <typename Number>
std::optional<Number> read_number(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::vector<std::string> check_state_words() {
  return {kFilterCheckStates.begin(), kFilterCheckStates.end()};
}

std::optional<CheckState> find_check_state(std::string_view word) {
  const std::string low = to_lower(word);
  for (std::uint8_t i = 1; i < kCheckStates; ++i) {
    const auto state = static_cast<CheckState>(i);
    if (to_lower(check_state_name(state)) == low) return state;
  }
  return std::nullopt;
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

std::optional<std::size_t> find_not_of_names(const FilterValue& value) {
  for (std::size_t i = 0; i < value.text.size(); ++i) {
    const char c = value.text[i];
    const bool is_wild = !value.is_quoted && (c == '*' || c == '?');
    if (!is_wild && kNameCharacters.find(c) == std::string_view::npos) {
      return value.at + i + (value.is_quoted ? 1 : 0);
    }
  }
  return std::nullopt;
}

std::string normal_form(const FilterValue& value) {
  const bool is_exact = value.is_quoted || !is_glob(value.text);
  return fmt::format("{}{}:{}", is_exact ? "" : "~", value.text.size(), value.text);
}

std::optional<AgentTerm> read_version(std::string_view text) {
  constexpr std::uint32_t kLargest[] = {0xFFFF, 0xFF, 0xFF};
  constexpr unsigned kShifts[] = {16, 8, 0};
  AgentTerm version{0, std::numeric_limits<std::uint32_t>::max()};
  for (std::size_t part = 0; part < 3; ++part) {
    const std::string_view number_text = text.substr(0, text.find('.'));
    const auto number = read_number<std::uint32_t>(number_text, 10);
    if (!number || *number > kLargest[part]) return std::nullopt;
    version.first |= *number << kShifts[part];
    version.last = version.first | ((1U << kShifts[part]) - 1);
    if (number_text.size() == text.size()) return version;
    text.remove_prefix(number_text.size() + 1);
  }
  return std::nullopt;
}

AgentTerm below(std::uint64_t bound) {
  return bound == 0 ? kNoVersion : AgentTerm{0, static_cast<std::uint32_t>(bound - 1)};
}

AgentTerm from(std::uint64_t bound) {
  constexpr std::uint32_t kLast = std::numeric_limits<std::uint32_t>::max();
  return bound > kLast ? kNoVersion : AgentTerm{static_cast<std::uint32_t>(bound), kLast};
}

std::optional<std::uint64_t> read_hash(std::string_view text) {
  constexpr std::size_t kDigits = 16;
  return text.size() > kDigits ? std::nullopt : read_number<std::uint64_t>(text, 16);
}

std::optional<std::uint8_t> read_key_id(std::string_view text) {
  return read_number<std::uint8_t>(text, 10);
}

}  // namespace flatline
