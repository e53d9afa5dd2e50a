#pragma once

// Brings what changed on the action board to the registry, on the journal's thread. A turn takes
// the action board's marks first, then takes and stores the host table's, and stores the actions
// last. So what a taken action did to a slot is on the disk before the action is.

#include <cstdint>

#include "collector/journal/action_tables.h"
#include "collector/view/action_board.h"

namespace flatline {

class ActionKeeper {
 public:
  explicit ActionKeeper(ActionBoard& board) : board_(board) {}

  /// Takes the marks and copies the marked rows. Throws Failure if the loop overtook the copying of
  /// a row at every attempt.
  void take();
  [[nodiscard]] const ActionRows& taken() const { return taken_; }
  /// What was taken is on the disk.
  void stored();
  /// What was taken could not be stored, and is marked again.
  void put_back();
  /// Marks everything, because the file is a new one or was opened again.
  void mark_all();

  /// The newest turn (ActionRecord::turn) of an action that is on the disk.
  [[nodiscard]] std::uint64_t stored_action() const { return stored_action_; }
  /// Says which action was the newest on the disk at the start: its turn is its number.
  void begin_from(std::uint64_t newest_action) { stored_action_ = newest_action; }

 private:
  ActionBoard& board_;
  ActionRows taken_;
  std::uint64_t stored_action_ = 0;
};

}  // namespace flatline
