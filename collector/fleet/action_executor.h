#pragma once

// Carries out operators' actions, each once for its idempotency key (CONTRACT.md, "Actions"). It
// runs on the loop's thread, between datagrams, and remembers the last kActions actions in the
// action board's ring. Pure: it is handed the time. It allocates nothing after construction.
//
// An action is about the fleet, about one host, or about many: then it has an outcome for each, and
// one record for all of them. A command for more names than one request can hold comes in parts
// under one key, in their order, and its record grows with them.

#include <array>
#include <optional>
#include <vector>

#include "collector/fleet/distinct_ends.h"
#include "collector/fleet/fleet.h"
#include "collector/view/action_board.h"

namespace flatline {

class ActionExecutor {
 public:
  /// `board` must be the one that the fleet's host table holds.
  ActionExecutor(Fleet& fleet, ActionBoard& board);

  /// Puts back an action that was done before this start. The order of calls does not matter.
  void restore(const ActionRecord& action);

  /// Performs an action about the fleet, or about the host that the request names.
  ActionReply perform(const ActionRequest& request, WallTime now);
  /// Performs it for each of the names, of which there are at most kNamesPerAction, and says what
  /// came of each. The reply's result is kDone if anything changed.
  ActionReply perform(const ActionRequest& request, const ActionNames& names, WallTime now);

 private:
  /// What was answered of late, for whoever asks the same again. It also knows those that changed
  /// nothing, and it alone knows what came of each name.
  struct Answered {
    ActionRequest request;
    ActionReply reply;
    std::uint32_t names = 0;
    std::array<NameOutcome, kNamesPerAction> outcomes;
  };

  [[nodiscard]] std::optional<ActionRecord> find(const ActionRequest& request) const;
  [[nodiscard]] const Answered* find_answered(const ActionRequest& request) const;
  /// The answer to what needs no doing: it was done before, or its key was used otherwise.
  [[nodiscard]] std::optional<ActionReply> answer_from_memory(
      const ActionRequest& request, const ActionNames& names,
      const std::optional<ActionRecord>& earlier) const;
  ActionEffect carry_out(const ActionRequest& request, const ActionTarget& target, WallTime until,
                         WallTime now);
  void record(ActionRecord& action);
  void remember(const ActionRequest& request, const ActionReply& reply, const ActionNames& names);

  Fleet& fleet_;
  ActionBoard& board_;
  std::vector<std::uint64_t> key_hashes_;  ///< Indexed by action_place(); 0 where there is none.
  DistinctEnds ends_;
  std::uint64_t turn_ = 0;          ///< The newest ActionRecord::turn.
  std::vector<Answered> answered_;  ///< A ring.
  std::size_t next_answered_ = 0;
};

}  // namespace flatline
