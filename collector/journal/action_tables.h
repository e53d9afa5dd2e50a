#pragma once

// What operators have done, in the registry's file: bans, the freeze, and the actions
// with their idempotency keys. A row a place, so that the tables are bounded as the action board
// is. Drains are not here: they are the tenancies'.

#include <optional>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/action.h"

namespace flatline {

struct PlacedBan {
  std::uint32_t place = 0;
  Ban ban;  ///< Of nobody: the place is free.
};

/// What changed on the action board, or all that a file holds.
struct ActionRows {
  std::vector<PlacedBan> bans;
  std::vector<ActionRecord> recent;
  std::optional<Freeze> freeze;
  [[nodiscard]] bool empty() const { return bans.empty() && recent.empty() && !freeze; }
};

class ActionTables {
 public:
  /// The tables must be there.
  explicit ActionTables(Database& database);

  /// All of it, or, after an error, nothing.
  void store(const ActionRows& rows);
  /// Rows that this program could not have written are left out.
  [[nodiscard]] ActionRows read();

 private:
  void put(const PlacedBan& placed);
  void put(const ActionRecord& action);

  Database& database_;
  Statement put_ban_;
  Statement remove_ban_;
  Statement put_action_;
  Statement put_freeze_;
};

}  // namespace flatline
