#include "schema/answers/json_text.h"

#include <fmt/core.h>

#include <cstdint>
#include <optional>

namespace flatline {
namespace {

/// How many bytes the well-formed character at the front of `text` has (RFC 3629, section 4); 0 if
/// there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return follows(1) ? 2 : 0;
  if (first < 0xF0) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first > 0xF4) return 0;
  const unsigned low = first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
  return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
}

bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

void append_utf8(std::uint32_t point, std::string& text) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0 | point >> 6);
    add(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  }
}

/// One way through the text, from its front to its end.
class Reader {
 public:
  explicit Reader(std::string_view json) : left_(json) { read_.text.reserve(json.size()); }

  ReadableJson read() {
    while (!left_.empty() && read_.error.empty()) step();
    return std::move(read_);
  }

 private:
  void step() {
    if (in_string_ && left_.front() == '\\') return escape();
    const std::size_t size = character_size(left_);
    if (size == 0) return fail("a byte that is not UTF-8");
    const auto first = static_cast<unsigned char>(left_.front());
    const bool is_space = first == '\t' || first == '\n' || first == '\r';
    if (first < 0x20 && (in_string_ || !is_space)) {
      return fail(fmt::format("the control character U+{:04X}, which must be an escape", first));
    }
    if (first == '"') in_string_ = !in_string_;
    take(size);
  }

  void escape() {
    if (left_.size() < 2) return fail("text that ends in the middle");
    if (left_[1] != 'u') {
      if (std::string_view("\"\\/bfnrt").find(left_[1]) == std::string_view::npos) {
        return fail("an escape that JSON does not have");
      }
      return take(2);
    }
    const auto unit = unit_at(0);
    if (!unit) return fail("an escape \\u without four hexadecimal digits");
    std::uint32_t point = *unit;
    std::size_t size = kEscape;
    if (is_high_surrogate(*unit)) {
      const auto second = unit_at(kEscape);
      if (!second || !is_low_surrogate(*second)) return fail_half(*unit);
      point = 0x10000 + ((*unit - 0xD800) << 10) + (*second - 0xDC00);
      size = 2 * kEscape;
    } else if (is_low_surrogate(*unit)) {
      return fail_half(*unit);
    }
    if (point == 0) return take(size);  // The codec stops at a NUL, and reads this escape rightly.
    if (point == '"' || point == '\\') read_.text += '\\';
    append_utf8(point, read_.text);
    left_.remove_prefix(size);
  }

  /// The UTF-16 unit whose escape begins at `at`; nothing if none does.
  [[nodiscard]] std::optional<std::uint32_t> unit_at(std::size_t at) const {
    if (left_.size() < at + kEscape || left_[at] != '\\' || left_[at + 1] != 'u') {
      return std::nullopt;
    }
    std::uint32_t unit = 0;
    for (const char c : left_.substr(at + 2, 4)) {
      const std::uint32_t digit = c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
                                  : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
                                  : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                                         : 16;
      if (digit == 16) return std::nullopt;
      unit = unit << 4 | digit;
    }
    return unit;
  }

  void take(std::size_t size) {
    read_.text += left_.substr(0, size);
    left_.remove_prefix(size);
  }
  void fail(std::string_view what) { read_.error = fmt::format("it holds {}", what); }
  void fail_half(std::uint32_t unit) {
    fail(fmt::format("\\u{:04x}, half of a surrogate pair, without the other half", unit));
  }

  static constexpr std::size_t kEscape = 6;  // \uXXXX
  std::string_view left_;
  bool in_string_ = false;
  ReadableJson read_;
};

}  // namespace

ReadableJson to_readable_json(std::string_view json) {
  return Reader(json).read();
}

std::string to_well_formed_utf8(std::string_view text) {
  std::string formed;
  formed.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    formed += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return formed;
}

}  // namespace flatline
