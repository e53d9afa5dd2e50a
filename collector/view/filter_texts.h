#pragma once

// Holds a host's name and labels against all text terms of a filter at once. What a host costs
// hardly depends on how many terms there are: a label is compared only with terms whose key has its
// length and first byte. Pure.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collector/view/filter.h"
#include "schema/wire/snapshot.h"

namespace flatline {

class TextMatcher {
 public:
  /// The terms must outlive the matcher.
  explicit TextMatcher(std::span<const TextTerm> terms);

  /// A bit for each term that the host matches.
  [[nodiscard]] std::uint32_t match(const KnownTexts& texts);

 private:
  /// The labels of a host, as they were matched last. Fleets have few different ones.
  struct Known {
    Labels labels;
    std::uint32_t matches = 0;
  };

  [[nodiscard]] std::uint32_t match_name(const HostName& name) const;
  [[nodiscard]] std::uint32_t match_labels(std::string_view labels) const;
  [[nodiscard]] std::uint32_t match_pair(std::string_view key, std::string_view value) const;

  std::span<const TextTerm> terms_;
  std::uint32_t name_terms_ = 0;
  std::uint32_t label_terms_ = 0;
  std::array<std::uint32_t, 256> by_first_byte_{};              ///< Of a label's key.
  std::array<std::uint32_t, kLabelsBytes + 1> by_key_bytes_{};  ///< By a label's key's length.
  std::vector<Known> known_;
};

}  // namespace flatline
