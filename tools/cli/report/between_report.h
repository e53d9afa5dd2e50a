#pragma once

// What two collectors say of the same hosts, compared by names, because slots of two collectors
// have nothing to do with one another. Pure. Text that came from the network is made plain before
// it is shown.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "schema/answers/names_answer.h"
#include "schema/answers/slots_answer.h"

namespace flatline::cli {

/// What one collector says of a host: its state, and whether it is drained. A byte of its own, so
/// that a million of them compare fast.
class Standing {
 public:
  Standing() = default;  ///< The collector does not know the host.
  Standing(HostState state, bool is_drained)
      : byte_(static_cast<std::uint8_t>(1 + 2 * static_cast<unsigned>(state) +
                                        (is_drained ? 1U : 0U))) {}
  /// `healthy`, `silent, drained`, `absent`.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string state() const;
  [[nodiscard]] bool is_drained() const { return byte_ != 0 && byte_ % 2 == 0; }
  auto operator<=>(const Standing&) const = default;

 private:
  std::uint8_t byte_ = 0;
};

struct HostStanding {
  std::string name;
  Standing standing;
};

/// All hosts of one view, by name. Where a host stands on two pages of names, it counts once.
std::vector<HostStanding> standings_of(const SlotsAnswer& slots, std::span<const SlotName> names);

/// A host of which the two say different things.
struct HostDifference {
  std::string name;
  Standing first;
  Standing second;
};

/// Both lists are sorted by name. Hosts on which the two agree are counted in `agreed`.
std::vector<HostDifference> differences(std::span<const HostStanding> first,
                                        std::span<const HostStanding> second, std::size_t& agreed);

/// The hosts of `now` that differed `before`, too, however they did. Both are sorted by name.
std::vector<HostDifference> lasting(std::span<const HostDifference> before,
                                    std::vector<HostDifference> now);

/// One of the two, as it was at the last reading.
struct CollectorSide {
  std::string name;
  std::string api;
  SlotsHeader header = {};
  std::size_t hosts = 0;
};

struct BetweenTold {
  CollectorSide first;
  CollectorSide second;
  std::size_t agreed = 0;
  std::size_t transient = 0;   ///< Hosts that differed at one of the two readings alone.
  double seconds_between = 0;  ///< The readings; 0 where one was enough.
  std::vector<HostDifference> hosts = {};
};

std::string report_between(const BetweenTold& told, bool colored, std::size_t columns = 0);
std::string between_json(const BetweenTold& told);
/// The names of those that differ, folded, each group on a line.
std::string between_names(const BetweenTold& told);

}  // namespace flatline::cli
