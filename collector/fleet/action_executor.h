#pragma once

// Where actions are performed: once for each idempotency key, on the loop's thread, between
// datagrams. What was done is remembered in a ring of fixed size on the action board. Pure: handed
// the time. Allocates nothing after construction.

#include <optional>
#include <vector>

#include "collector/fleet/fleet.h"
#include "collector/view/action_board.h"

namespace flatline {

/// With kDone, kUnchanged and kRepeated, `action` is what was done; with kKeyReused, what the key
/// was used for; otherwise there is none.
struct ActionReply {
  ActionResult result = ActionResult::kDone;
  ActionRecord action;
};

class ActionExecutor {
 public:
  /// The board is the fleet's host table's.
  ActionExecutor(Fleet& fleet, ActionBoard& board);

  /// Puts an action of an earlier life back, in any order.
  void restore(const ActionRecord& action);

  ActionReply perform(const ActionRequest& request, WallTime now);

 private:
  [[nodiscard]] std::optional<ActionRecord> find(const IdempotencyKey& key) const;
  ActionEffect carry_out(const ActionRequest& request, WallTime now);

  Fleet& fleet_;
  ActionBoard& board_;
  std::vector<std::uint64_t> key_hashes_;  ///< By place; 0: none.
};

}  // namespace flatline
