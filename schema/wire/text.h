#pragma once

// Text in fields of fixed size, and the text that the contract lets in: UTF-8 without control
// characters, padded with zeros to the field's end.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace flatline {

/// Whether `text` is safe to show on a terminal. It must be well-formed UTF-8 (RFC 3629: shortest
/// form, no surrogates, at most U+10FFFF) and free of control characters: C0, DEL, C1, and those of
/// the writing's direction (U+202A to U+202E and U+2066 to U+2069).
bool is_plain_utf8(std::string_view text);

/// The longest prefix of at most `max_bytes` bytes that does not cut a character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

/// Makes `text` plain: a run of control characters becomes one space, each malformed byte becomes
/// U+FFFD, and spaces at the ends are cut off.
std::string to_plain_utf8(std::string_view text);

/// Puts `between` between the parts: `a, b, c`.
std::string join(std::span<const std::string> parts, std::string_view between);
std::string join(std::span<const std::string_view> parts, std::string_view between);

/// Text of at most N bytes, held in place with zeros behind it. Trivially copyable.
template <std::size_t N>
struct FixedText {
  std::array<char, N> bytes{};

  constexpr FixedText() = default;
  /// Takes what fits, cut at a character's boundary.
  explicit FixedText(std::string_view text) {
    const std::string_view fitting = utf8_prefix(text, N);
    std::copy(fitting.begin(), fitting.end(), bytes.begin());
  }

  [[nodiscard]] constexpr std::string_view view() const {
    const std::string_view whole(bytes.data(), N);
    return whole.substr(0, whole.find('\0'));
  }
  [[nodiscard]] constexpr bool empty() const { return bytes[0] == '\0'; }
  constexpr bool operator==(const FixedText&) const = default;
};

}  // namespace flatline
