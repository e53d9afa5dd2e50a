#pragma once

// Tombstones and revocations: what stands against a host, found by its agent id at constant cost.
// The fleet's own; every change is written to the action board. Fixed size: when it is full, the
// next is refused and those within stay. Pure.

#include <optional>
#include <vector>

#include "collector/fleet/free_slots.h"
#include "collector/fleet/slot_index.h"
#include "collector/view/action_board.h"
#include "schema/wire/outcome.h"

namespace flatline {

class BanTable {
 public:
  explicit BanTable(DirtyTable<Ban>& board);

  /// Nothing: nothing stands against this agent.
  [[nodiscard]] const Ban* find(AgentId agent) const;
  /// Has memory bring what find() will read.
  void prefetch(AgentId agent) const { index_.prefetch(agent); }
  [[nodiscard]] std::optional<std::uint32_t> place_of(AgentId agent) const {
    return index_.find(agent);
  }

  /// Sets what stands against an agent, as its only order; one that holds nothing any more goes.
  /// Returns its place; nothing: there is no room.
  std::optional<std::uint32_t> set(const Ban& ban);
  /// Puts one back where it was, before anything else is done. False: out of range, taken, or the
  /// agent has another.
  [[nodiscard]] bool restore(std::uint32_t place, const Ban& ban);

  [[nodiscard]] std::uint32_t tombstones() const { return tombstones_; }
  [[nodiscard]] std::uint32_t revocations() const { return revocations_; }

 private:
  void count(const Ban& ban, std::uint32_t by);

  DirtyTable<Ban>& board_;
  SlotIndex index_;
  FreeSlots free_;
  std::vector<Ban> bans_;
  std::uint32_t tombstones_ = 0;
  std::uint32_t revocations_ = 0;
};

/// How `order` (none: nothing) refuses a credential of `generation`; kAccepted: it does not.
Outcome judge_credential(const Ban* ban, std::uint16_t generation);

}  // namespace flatline
