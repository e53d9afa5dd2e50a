#pragma once

// Where levers are pulled: once for each idempotency key, on the loop's thread, between datagrams.
// What was done is remembered in a ring of fixed size on the lever board. Pure: handed the time.
// Allocates nothing after construction.

#include <optional>
#include <vector>

#include "collector/fleet/fleet.h"
#include "collector/view/action_board.h"

namespace flatline {

/// With kDone, kUnchanged and kRepeated, `action` is what was done; with kKeyReused, what the key
/// was used for; otherwise there is none.
struct LeverAnswer {
  LeverResult result = LeverResult::kDone;
  Action action;
};

class LeverDesk {
 public:
  /// The board is the fleet's roster's.
  LeverDesk(Fleet& fleet, LeverBoard& board);

  /// Puts an action of an earlier life back, in any order.
  void restore(const Action& action);

  LeverAnswer pull(const Lever& lever, WallTime now);

 private:
  [[nodiscard]] std::optional<Action> find(const IdempotencyKey& key) const;
  LeverEffect carry_out(const Lever& lever, WallTime now);

  Fleet& fleet_;
  LeverBoard& board_;
  std::vector<std::uint64_t> key_hashes_;  ///< By place; 0: none.
};

}  // namespace flatline
