#pragma once

// Takes what changed on the action board to the registry, on the journal's thread. The board's
// marks are taken before the host table's: an action that is stored finds stored what it did to a
// slot.

#include <cstdint>

#include "collector/journal/action_tables.h"
#include "collector/view/action_board.h"

namespace flatline {

class ActionKeeper {
 public:
  explicit ActionKeeper(ActionBoard& board) : board_(board) {}

  /// Takes the marks and copies their rows. Throws Failure: a row was written without a pause.
  void take();
  [[nodiscard]] const ActionRows& taken() const { return taken_; }
  /// What was taken is on the disk, or has to be taken again.
  void stored();
  void put_back();
  /// Everything is to be taken again: the file is another.
  void mark_all();

  /// The newest action that is on the disk.
  [[nodiscard]] std::uint64_t stored_action() const { return stored_action_; }
  /// What is on the disk at the start.
  void begin_from(std::uint64_t newest_action) { stored_action_ = newest_action; }

 private:
  ActionBoard& board_;
  ActionRows taken_;
  std::uint64_t stored_action_ = 0;
};

}  // namespace flatline
