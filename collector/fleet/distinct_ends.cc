#include "collector/fleet/distinct_ends.h"

#include <algorithm>

namespace flatline {

WallTime DistinctEnds::distinct(WallTime end, bool is_for_many) const {
  WallTime last = end;
  bool is_taken = false;
  for (const End& other : ends_) {
    if (std::chrono::floor<std::chrono::seconds>(other.at) != end) continue;
    is_taken = is_taken || is_for_many || other.is_for_many;
    last = std::max(last, other.at);
  }
  if (!is_taken) return end;
  const WallTime next = last + Milliseconds{1};
  // A second has room for a thousand of them; then they share the last end.
  return std::chrono::floor<std::chrono::seconds>(next) == end ? next : last;
}

void DistinctEnds::note(std::size_t place, const ActionRecord& action) {
  const bool is_drain = action.request.kind == ActionKind::kDrain;
  ends_[place] = {is_drain ? action.until : WallTime{}, action.names > 1};
}

}  // namespace flatline
