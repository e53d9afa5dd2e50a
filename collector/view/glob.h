#pragma once

// A pattern for names: `*` stands for any characters, `?` for one. Matching takes a step or two for
// each byte of the text, whatever the pattern is: the states that reading it could be in are the
// bits of one word (R. Baeza-Yates, G. Gonnet, "A new approach to text searching", 1992). Pure.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/limits.h"

namespace flatline {

class Glob {
 public:
  /// Characters of a pattern that stand for characters of a text. No text here is longer, so that a
  /// longer pattern matches nothing.
  static constexpr std::size_t kItems = 64;
  static_assert(kItems >= kNameBytes && kItems >= kLabelsBytes && kItems >= kCheckNameBytes);

  /// A pattern; with `is_exact` its `*` and `?` stand for themselves.
  Glob(std::string_view pattern, bool is_exact);

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  std::string prefix_;
  bool is_exact_;
  bool is_prefix_ = false;        ///< All that begins with the prefix matches.
  bool is_too_long_ = false;      ///< Nothing matches.
  bool begins_anywhere_ = false;  ///< It begins with `*`.
  unsigned items_ = 0;
  std::uint64_t loops_ = 0;                 ///< A bit for each item that a `*` follows.
  std::uint64_t questions_ = 0;             ///< A bit for each `?`.
  std::array<std::uint64_t, 256> bytes_{};  ///< By byte: a bit for each item that it can be.
};

}  // namespace flatline
