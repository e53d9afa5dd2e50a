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
#include "collector/view/host_table.h"
#include "schema/wire/snapshot.h"

namespace flatline {

class TextMatcher {
 public:
  explicit TextMatcher(std::span<const TextTerm> terms);

  /// A bit for each term that the host matches. It reads `parts()` alone.
  [[nodiscard]] std::uint32_t match(const KnownTexts& texts) const;
  [[nodiscard]] TextParts parts() const {
    if (keys_.empty()) return TextParts::kName;
    return has_names_ ? TextParts::kBoth : TextParts::kLabels;
  }

 private:
  /// The terms of one label.
  struct Key {
    std::string begin;   ///< Of such a label: the key and its `=`.
    std::uint64_t head;  ///< Its first bytes, at most eight, and the bits that they fill.
    std::uint64_t head_bits;
    GlobSet values;
  };

  Key& key_of(const std::string& key);
  [[nodiscard]] std::uint32_t match_labels(const Labels& labels) const;
  /// Matches the label that stands there.
  [[nodiscard]] std::uint32_t match_label(const Labels& labels, std::size_t begin,
                                          std::size_t end) const;

  bool has_names_ = false;
  GlobSet names_;
  std::vector<Key> keys_;
  std::array<std::uint32_t, 256> by_first_byte_{};  ///< A bit for each of keys_.
};

}  // namespace flatline
