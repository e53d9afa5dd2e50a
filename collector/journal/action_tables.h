#pragma once

// The tables of the registry's file that hold what operators have done: bans, the freeze, and the
// actions with their idempotency keys. Each place of the action board has one row, so the tables
// are bounded as the action board is. Drains are not here, because they belong to tenancies.

#include <optional>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/action.h"

namespace flatline {

struct PlacedBan {
  std::uint32_t place = 0;
  Ban ban;  ///< Without an agent if the place is free.
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
  /// The tables must exist (registry_schema.h).
  explicit ActionTables(Database& database);

  /// Stores all of `rows`, or nothing if it throws.
  void store(const ActionRows& rows);
  /// Reads all rows, but leaves out those that this program could not have written.
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
