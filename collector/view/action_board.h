#pragma once

// What operators have done that is still in force or remembered, for readers and the journal. Part
// of the host table; drains are in its rows. Written on the loop's thread alone: orders and freeze
// by the fleet, actions by the action executor.

#include <atomic>

#include "collector/view/action.h"
#include "collector/view/dirty_table.h"

namespace flatline {

/// The place of an action in the ring.
constexpr std::uint32_t action_place(std::uint64_t number) {
  return static_cast<std::uint32_t>((number - 1) % kActions);
}

struct ActionBoard {
  DirtyTable<Ban> bans{kBans};
  DirtyTable<ActionRecord> recent{kActions};  ///< A ring: by action_place().
  std::atomic<std::uint64_t> newest_action{0};
  DirtyTable<Freeze> freeze{1};
};

}  // namespace flatline
