#pragma once

// What operators have done that is still in force or remembered, for readers and the journal. Part
// of the roster; drains are in its rows. Written on the loop's thread alone: orders and freeze by
// the fleet, actions by the lever desk.

#include <atomic>

#include "collector/view/action.h"
#include "collector/view/dirty_table.h"

namespace flatline {

/// The place of an action in the ring.
constexpr std::uint32_t action_place(std::uint64_t number) {
  return static_cast<std::uint32_t>((number - 1) % kActions);
}

struct LeverBoard {
  MarkedRows<StandingOrder> orders{kStandingOrders};
  MarkedRows<Action> actions{kActions};  ///< A ring: by action_place().
  std::atomic<std::uint64_t> newest_action{0};
  MarkedRows<Freeze> freeze{1};
};

}  // namespace flatline
