#pragma once

// What operators have done that is still in force or remembered, for readers and the journal. Part
// of the roster; drains are in its rows. Written on the loop's thread alone: orders and freeze by
// the fleet, actions by the lever desk.

#include "collector/lever.h"
#include "collector/marked_rows.h"

namespace flatline {

struct LeverBoard {
  MarkedRows<StandingOrder> orders{kStandingOrders};
  MarkedRows<Action> actions{kActions};  ///< A ring: number n is in place (n - 1) % kActions.
  MarkedRows<Freeze> freeze{1};
};

}  // namespace flatline
