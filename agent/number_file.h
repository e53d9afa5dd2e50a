#pragma once

// The text of a file that holds one decimal number and a newline, as those of the state folder do.
// Pure.

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace flatline {

/// Room for a 64-bit number, its newline, and one byte more that shows a file which is too long.
inline constexpr std::size_t kNumberFileBytes = 22;

/// The number; nothing where the text is anything else.
template <typename Number>
std::optional<Number> parse_number_file(std::string_view text) {
  if (!text.ends_with('\n')) return std::nullopt;
  text.remove_suffix(1);
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace flatline
