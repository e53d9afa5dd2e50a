#pragma once

// Decides on the flags of groups, from what the tick counted: `panic`, by the rule for the fleet,
// and `below`, where a quorum does not hold. `below` begins with the first tick at which it does
// not, and ends a window after the last such tick, so that it does not flicker. It is not said
// while the view is `warming`: hosts that were not heard yet since the collector's start may be
// well. Pure.

#include <array>

#include "collector/fleet/panic.h"
#include "collector/view/groups.h"
#include "schema/time.h"

namespace flatline {

class GroupJudge {
 public:
  struct JudgeOptions {
    Duration window{kDefaultWindow};
    unsigned panic_below_percent = kDefaultPanicBelowPercent;
  };

  explicit GroupJudge(const JudgeOptions& options) : options_(options) {}

  /// Sets the flags of every group. `now` is the fleet's time, so that a pause ends no flag.
  void judge(Instant now, bool warming, GroupTable& table);

 private:
  /// What is remembered of a place while one value has it.
  struct Place {
    LabelText value;
    Panic panic{};
    bool below = false;
    Instant ends_at{};  ///< When that ends, if the quorum holds until then.
  };

  void judge(Instant now, bool warming, Place& place, Group& group) const;

  JudgeOptions options_;
  std::array<std::array<Place, kGroupPlaces>, kGroupKeys> places_{};
};

}  // namespace flatline
