#pragma once

// Patterns for names: `*` stands for any characters, `?` for one. Many are matched at once, in a
// step or two for each byte of the text, whatever they are: the states that reading it could be in
// are the bits of a word, which patterns share (R. Baeza-Yates, G. Gonnet, "A new approach to text
// searching", 1992). Pure.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/limits.h"

namespace flatline {

struct Glob {
  std::string pattern;
  bool is_exact = false;  ///< `*` and `?` stand for themselves.
};

class GlobSet {
 public:
  /// Characters of a pattern that stand for characters of a text. No text here is longer, so that a
  /// longer pattern matches nothing.
  static constexpr std::size_t kItems = 64;
  static_assert(kItems >= kNameBytes && kItems >= kLabelsBytes && kItems >= kCheckNameBytes);

  /// Adds a pattern, for which `bit` stands in what match() returns.
  void add(const Glob& glob, std::uint32_t bit);

  /// The bits of the patterns that match the whole text.
  [[nodiscard]] std::uint32_t match(std::string_view text) const;

 private:
  /// Patterns whose items are together at most kItems, one behind the other. Every mask has a bit
  /// for each item.
  struct Word {
    unsigned items = 0;
    std::uint64_t firsts = 0;                    ///< Items that begin a pattern.
    std::uint64_t anywhere = 0;                  ///< Of these, those behind a `*`.
    std::uint64_t lasts = 0;                     ///< Items that end a pattern.
    std::uint64_t loops = 0;                     ///< Items that a `*` follows.
    std::uint64_t questions = 0;                 ///< Each `?`.
    std::array<std::uint64_t, 256> by_byte{};    ///< The items that a byte can be.
    std::array<std::uint32_t, kItems> bit_of{};  ///< The bit of the pattern that ends here.
  };

  static std::uint64_t reach(const Word& word, std::string_view text);
  static bool ends_otherwise(const Word& word, std::string_view text);

  std::vector<Word> words_;
  std::uint32_t always_ = 0;      ///< The bits of patterns that match any text,
  std::uint32_t when_empty_ = 0;  ///< and of those that match the empty one alone.
};

}  // namespace flatline
