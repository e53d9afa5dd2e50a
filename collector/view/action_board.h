#pragma once

// What operators have done that is still in force or remembered, for readers and the journal. It is
// part of the host table, whose rows hold the drains. Only the loop's thread writes it: the fleet
// writes bans and freeze, and the action executor writes the recent actions.

#include <atomic>

#include "collector/view/action.h"
#include "collector/view/dirty_table.h"

namespace flatline {

/// The place of an action in the ring of recent ones.
constexpr std::uint32_t action_place(std::uint64_t number) {
  return static_cast<std::uint32_t>((number - 1) % kActions);
}

struct ActionBoard {
  DirtyTable<Ban> bans{kBans};
  DirtyTable<ActionRecord> recent{kActions};  ///< A ring, indexed by action_place().
  std::atomic<std::uint64_t> newest_action{0};
  DirtyTable<Freeze> freeze{1};
};

}  // namespace flatline
