#pragma once

// Which host of a simulated fleet has which labels. The shares come out exactly, but for rounding;
// which hosts they are is drawn from the seed, label by label, so that a label neither follows from
// another nor from a host's number. Pure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sim/label_rules.h"

namespace flatline::sim {

/// The hosts of a fleet in an order that the seed draws; each stream has its own. Returns the place
/// of each host in it.
std::vector<std::uint32_t> seeded_places(std::uint32_t hosts, std::uint64_t seed,
                                         std::uint64_t stream, std::uint64_t substream = 0);

class HostLabels {
 public:
  HostLabels(std::vector<LabelRule> rules, std::uint32_t hosts, std::uint64_t seed);

  [[nodiscard]] const std::vector<LabelRule>& rules() const { return rules_; }
  [[nodiscard]] std::uint32_t hosts() const { return hosts_; }

  /// The index of a host's value among those of a rule.
  [[nodiscard]] std::size_t value_of(std::uint32_t host, std::size_t rule) const;

  /// `role=web,zone=eu-1a`
  [[nodiscard]] std::string text_of(std::uint32_t host) const;

 private:
  /// How one rule deals out its values.
  struct Deal {
    std::size_t order = 0;  ///< Which of orders_ it goes by.
    std::vector<std::uint32_t>
        ends;  ///< Each value has the places from the end before up to its own.
  };

  [[nodiscard]] Deal deal_by_share(const LabelRule& rule) const;
  [[nodiscard]] Deal deal_within(const LabelRule& rule, const Deal& outer) const;

  std::vector<LabelRule> rules_;
  std::uint32_t hosts_;
  std::vector<std::vector<std::uint32_t>>
      orders_;               ///< Of hosts, by the rules that lie in no other.
  std::vector<Deal> deals_;  ///< One for each rule.
};

}  // namespace flatline::sim
