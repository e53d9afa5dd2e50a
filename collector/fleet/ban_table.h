#pragma once

// The bans (tombstones and revocations), found by agent id at constant cost. The fleet owns this
// table; every change is also written to the action board, where readers and the journal see it.
// Its size is fixed: when it is full, a new ban is refused and the old ones stay. Pure.

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

  /// nullptr where this agent has no ban.
  [[nodiscard]] const Ban* find(AgentId agent) const;
  /// Asks memory for what find() will read.
  void prefetch(AgentId agent) const { index_.prefetch(agent); }
  [[nodiscard]] std::optional<std::uint32_t> place_of(AgentId agent) const {
    return index_.find(agent);
  }

  /// Makes `ban` its agent's only ban; a ban without tombstone and revocation removes the entry.
  /// Returns the place where it is or was, or nothing if there is no room.
  std::optional<std::uint32_t> set(const Ban& ban);
  /// Puts a ban of an earlier start back in its place, before the first set(). False if the place
  /// is out of range or taken, if the ban is empty, or if the agent has another ban already.
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

/// kRevoked or kTombstoned if `ban` refuses a credential of `generation`, kAccepted if it does not
/// or if `ban` is nullptr.
[[nodiscard]] Outcome judge_credential(const Ban* ban, std::uint16_t generation);

}  // namespace flatline
