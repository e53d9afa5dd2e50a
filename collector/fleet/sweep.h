#pragma once

// The sweep: every slot of the capacity, at every tick, from three columns into the planes.
// Branchless, so that its instructions do not depend on what the slots hold. Pure.

#include <cstdint>

#include "collector/fleet/slot_columns.h"
#include "collector/view/view.h"

namespace flatline {

/// Fills the planes of `view` as of `now` and, for drains, `wall`: reporting = heard and before its
/// deadline; healthy, warning and conflict only while reporting; known = heard, or registered and
/// past its deadline; drained = registered and before the drain's end; awaited = its verdict's,
/// until it is heard. Flapping is not its own. The columns have a place for each slot of the view's
/// capacity.
void sweep(const SlotColumns& columns, Instant now, WallTime wall, View& view);

/// The counts of swept planes.
Counts count_planes(const View& view);

/// Hosts by which the fleet as a whole is judged: known and not drained; and the healthy of them.
struct Quorum {
  std::uint32_t known = 0;
  std::uint32_t healthy = 0;
};
Quorum count_quorum(const View& view);

}  // namespace flatline
