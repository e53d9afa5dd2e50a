#pragma once

// What operators have done, in the registry's file: standing orders, the freeze, and the actions
// with their idempotency keys. A row a place, so that the tables are bounded as the lever board is.
// Drains are not here: they are the tenancies'.

#include <optional>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/action.h"

namespace flatline {

struct PlacedOrder {
  std::uint32_t place = 0;
  StandingOrder order;  ///< Of nobody: the place is free.
};

/// What changed on the lever board, or all that a file holds.
struct LeverRows {
  std::vector<PlacedOrder> orders;
  std::vector<Action> actions;
  std::optional<Freeze> freeze;
  [[nodiscard]] bool empty() const { return orders.empty() && actions.empty() && !freeze; }
};

class LeverTable {
 public:
  /// The tables must be there.
  explicit LeverTable(Database& database);

  /// All of it, or, after an error, nothing.
  void store(const LeverRows& rows);
  /// Rows that this program could not have written are left out.
  [[nodiscard]] LeverRows read();

 private:
  void put(const PlacedOrder& placed);
  void put(const Action& action);

  Database& database_;
  Statement put_order_;
  Statement remove_order_;
  Statement put_action_;
  Statement put_freeze_;
};

}  // namespace flatline
