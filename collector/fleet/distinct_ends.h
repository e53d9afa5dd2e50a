#pragma once

// When the drains of the record end. A host keeps the end of its drain and not which action that
// was, so an action for many hosts, which keeps no list of them, is known by its end: whether it
// still holds, and what its hosts are drained for. No other drain may have that end, then. The
// executor owns this; it is allocated at the start.

#include <cstddef>
#include <vector>

#include "collector/view/action.h"
#include "schema/time.h"

namespace flatline {

class DistinctEnds {
 public:
  /// `places` is how many actions the record has.
  explicit DistinctEnds(std::size_t places) : ends_(places) {}

  /// When a new drain ends for which `end`, a whole second, was asked: some milliseconds later
  /// where another one ends in that second and either is for many hosts. What ends there is ended
  /// by the sweep in whole seconds, all the same.
  [[nodiscard]] WallTime distinct(WallTime end, bool is_for_many) const;

  /// The record has this action in that place now.
  void note(std::size_t place, const ActionRecord& action);

 private:
  struct End {
    WallTime at{};  ///< Zero where the action is no drain.
    bool is_for_many = false;
  };
  std::vector<End> ends_;  ///< Indexed by action_place().
};

}  // namespace flatline
