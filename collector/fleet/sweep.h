#pragma once

// The sweep computes the planes of every slot from three columns, at every tick. It is branchless,
// so that its instructions do not depend on what the slots hold. Pure.

#include <cstdint>

#include "collector/fleet/panic.h"
#include "collector/fleet/slot_columns.h"
#include "collector/view/view.h"

namespace flatline {

/// Fills the planes of `view` as of `now` and, for drains, as of `wall`. A slot is
///   reporting if it was heard and its deadline lies ahead;
///   healthy or warning if its verdict says so and it is reporting;
///   known if it was heard, or is registered and its deadline is past;
///   in conflict or drained if it is registered and the end of that lies ahead;
///   awaited if its verdict says so (kAwaitedVerdict) and it is not reporting.
/// It leaves `flapping` alone. The columns must have the view's capacity.
void sweep(const SlotColumns& columns, Instant now, WallTime wall, View& view);

/// Counts the hosts of each state and plane.
Counts count_planes(const View& view);

/// Counts the hosts by which the fleet as a whole is judged.
Judged count_judged(const View& view);

}  // namespace flatline
