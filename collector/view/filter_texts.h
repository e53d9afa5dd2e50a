#pragma once

// Holds a host's name and labels against all text terms of a filter at once. What a host costs
// hardly depends on how many terms there are: those of one label, and those of the name, are
// matched together. Pure.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/view/filter.h"
#include "schema/wire/snapshot.h"

namespace flatline {

class TextMatcher {
 public:
  explicit TextMatcher(std::span<const TextTerm> terms);

  /// A bit for each term that the host matches.
  [[nodiscard]] std::uint32_t match(const KnownTexts& texts) const;

 private:
  /// The terms of one label.
  struct Key {
    std::string key;
    GlobSet values;
  };

  Key& key_of(const std::string& key);
  [[nodiscard]] std::uint32_t match_labels(const Labels& labels) const;
  [[nodiscard]] std::uint32_t match_pair(std::string_view key, std::string_view value) const;

  bool has_names_ = false;
  GlobSet names_;
  std::vector<Key> keys_;
  std::array<std::uint32_t, 256> by_first_byte_{};              ///< A bit for each of keys_.
  std::array<std::uint32_t, kLabelsBytes + 1> by_key_bytes_{};  ///< The same, by a key's length.
};

}  // namespace flatline
