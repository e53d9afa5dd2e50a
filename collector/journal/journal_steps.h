#pragma once

// What the journal does, as steps that a caller takes: the journal's thread, or a test that wants
// them in another order. A turn is store_changes(), store_history() and checkpoint(), in that
// order. What is due is decided by the time of the newest view, so between two ticks no time passes
// here. The steps have no thread and wait for nobody but the disk. No fault of the disk makes them
// throw: each says in status() what is wrong, and tries again when it is called again.

#include <cstdint>
#include <optional>

#include "collector/journal/broken_pages.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/disk_watch.h"
#include "collector/journal/history_keeper.h"
#include "collector/journal/journal_options.h"
#include "collector/journal/registry_keeper.h"
#include "collector/view/host_table.h"
#include "collector/view/storage_status.h"
#include "collector/view/view_board.h"

namespace flatline {

class JournalSteps {
 public:
  /// Opens or creates the registry and reads what the last start left. Throws Failure, as Journal
  /// does.
  JournalSteps(const JournalOptions& options, HostTable& host_table, const ViewBoard& board);

  /// What the start found.
  [[nodiscard]] const RegistryStart& start() { return registry_.start(); }

  // --- A turn, on one thread --------------------------------------------------------------------

  /// Stores what changed on the host table and the action board. `last` says that the collector
  /// ends, so that what is tried rarely is tried now.
  void store_changes(bool last);
  /// Makes some of the history's file, or stores the newest view if its step is due. Returns true
  /// if more of the file is to be made, so that the next turn should not wait.
  [[nodiscard]] bool store_history();
  /// Writes a checkpoint if it is due; with `last`, at once.
  void checkpoint(bool last);

  /// Must be called after a step that threw all the same, for example for lack of memory. The watch
  /// then no longer takes the disk for one that is being asked.
  void give_up_turn() noexcept { watch_.rest(); }

  /// The newest operators' action that is on the disk.
  [[nodiscard]] std::uint64_t stored_action() const { return registry_.stored_action(); }
  /// Where readers on other threads note which pages of the history are damaged.
  [[nodiscard]] BrokenPages& broken_pages() { return broken_; }
  /// The status as of the last step.
  [[nodiscard]] StorageStatus status() const;

  // --- Beside a turn, on the loop's thread ------------------------------------------------------

  /// How long the disk has not answered, as the loop sees it from outside. A step that waits for
  /// the disk cannot tell.
  struct Silence {
    Duration lasts{0};               ///< Zero if the disk answers.
    std::uint64_t steps_missed = 0;  ///< History steps that passed meanwhile.
  };
  /// Called once a tick, after the tick's view was published. Returns nothing if there is no view
  /// yet to tell the time by.
  [[nodiscard]] std::optional<Silence> look();

 private:
  [[nodiscard]] Instant ticked() const;

  JournalOptions options_;
  const ViewBoard& board_;
  FolderLock lock_;
  DiskWatch watch_;
  BrokenPages broken_;
  RegistryKeeper registry_;
  HistoryShape shape_;
  HistoryKeeper history_;
};

}  // namespace flatline
