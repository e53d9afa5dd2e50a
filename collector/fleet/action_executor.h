#pragma once

// Carries out operators' actions, each once for its idempotency key (CONTRACT.md, "Actions"). It
// runs on the loop's thread, between datagrams, and remembers the last kActions actions in the
// action board's ring. Pure: it is handed the time. It allocates nothing after construction.

#include <optional>
#include <vector>

#include "collector/fleet/fleet.h"
#include "collector/view/action_board.h"

namespace flatline {

class ActionExecutor {
 public:
  /// `board` must be the one that the fleet's host table holds.
  ActionExecutor(Fleet& fleet, ActionBoard& board);

  /// Puts back an action that was done before this start. The order of calls does not matter.
  void restore(const ActionRecord& action);

  ActionReply perform(const ActionRequest& request, WallTime now);

 private:
  [[nodiscard]] std::optional<ActionRecord> find(const IdempotencyKey& key) const;
  ActionEffect carry_out(const ActionRequest& request, WallTime now);

  Fleet& fleet_;
  ActionBoard& board_;
  std::vector<std::uint64_t> key_hashes_;  ///< Indexed by action_place(); 0 where there is none.
};

}  // namespace flatline
