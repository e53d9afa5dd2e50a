#include "schema/wire/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace flatline {
namespace {

/// Whether three bytes are a control character of the writing's direction: U+202A to U+202E or
/// U+2066 to U+2069. On a terminal it would put a line's words into another order.
bool is_direction_control(unsigned first, unsigned second, unsigned third) {
  return first == 0xE2 && ((second == 0x80 && third >= 0xAA && third <= 0xAE) ||
                           (second == 0x81 && third >= 0xA6 && third <= 0xA9));
}

/// How many bytes the well-formed, printable character at the front of `text` has; 0 if there is
/// none. The ranges are those of RFC 3629, section 4.
std::size_t plain_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return follows(1, first == 0xC2 ? 0xA0 : 0x80) ? 2 : 0;
  if (first < 0xF0) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    if (!follows(1, low, high) || !follows(2)) return 0;
    return is_direction_control(first, byte(1), byte(2)) ? 0 : 3;
  }
  if (first < 0xF5) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// How many bytes the control character at the front of `text` has; 0 if there is none.
std::size_t control_character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return 2;
  return is_direction_control(byte(0), byte(1), byte(2)) ? 3 : 0;
}

/// Whether eight bytes are all printable ASCII, of which nearly all text is made.
bool eight_printable(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t below_space = word - kOnes * 0x20;  // Borrows only where a byte is < 0x20.
  const std::uint64_t del = word + kOnes;                 // Carries into 0x80 where a byte is 0x7F.
  return ((word | below_space | del) & kHigh) == 0;
}

template <typename Text>
std::string join_any(std::span<const Text> parts, std::string_view between) {
  std::string joined;
  for (const Text& part : parts) {
    if (&part != parts.data()) joined += between;
    joined += part;
  }
  return joined;
}

}  // namespace

bool is_plain_utf8(std::string_view text) {
  const bool long_enough = text.size() >= 8;
  if (!long_enough) {  // Spaces fill it up, so that a short text costs the same as any other.
    char filled[8] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
    std::copy(text.begin(), text.end(), filled);
    if (eight_printable(filled)) return true;
  }
  while (!text.empty()) {
    if (text.size() >= 8 && eight_printable(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    // Fewer than eight bytes are left. They are looked at together with some before them, which are
    // known to be good.
    if (text.size() < 8 && long_enough && eight_printable(text.data() + text.size() - 8)) break;
    const std::size_t size = plain_character(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::string to_plain_utf8(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  if (is_plain_utf8(text)) {
    plain = text;
    text = {};
  }
  while (!text.empty()) {
    if (const std::size_t size = plain_character(text); size != 0) {
      plain += text.substr(0, size);
      text.remove_prefix(size);
      continue;
    }
    const std::size_t control = control_character(text);
    text.remove_prefix(control != 0 ? control : 1);
    if (control == 0) {
      plain += "\xEF\xBF\xBD";
    } else if (!plain.empty() && plain.back() != ' ') {
      plain += ' ';
    }
  }
  const std::size_t end = plain.find_last_not_of(' ');
  plain.resize(end == std::string::npos ? 0 : end + 1);
  const std::size_t start = plain.find_first_not_of(' ');
  return start == std::string::npos ? std::string{} : plain.substr(start);
}

std::string join(std::span<const std::string> parts, std::string_view between) {
  return join_any(parts, between);
}

std::string join(std::span<const std::string_view> parts, std::string_view between) {
  return join_any(parts, between);
}

}  // namespace flatline
