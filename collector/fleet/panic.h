#pragma once

// When too few hosts are healthy for their verdicts to be believed: of the fleet, and of a group.
// Pure.

#include <cstdint>

#include "schema/limits.h"

namespace flatline {

/// The hosts by which a fleet or a group is judged: those that are known and not drained, and how
/// many of them are healthy.
struct Judged {
  std::uint32_t known = 0;
  std::uint32_t healthy = 0;
};

/// Panic begins below one share of healthy hosts and ends above a higher one, so that it does not
/// flicker.
class Panic {
 public:
  /// Whether it is on, as of these hosts.
  bool judge(const Judged& judged, unsigned below_percent) {
    const unsigned share = below_percent + (on_ ? kPanicEndsAbovePoints : 0);
    const std::uint64_t healthy = std::uint64_t{judged.healthy} * 100;
    const std::uint64_t bound = std::uint64_t{judged.known} * share;
    on_ = judged.known >= kPanicMinHosts && (on_ ? healthy <= bound : healthy < bound);
    return on_;
  }

 private:
  bool on_ = false;
};

}  // namespace flatline
