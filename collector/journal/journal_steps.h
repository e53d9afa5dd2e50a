#pragma once

// What the journal does, as steps that somebody calls: the journal's thread, or whoever wants them
// in another order. A turn is store_changes(), store_history() and checkpoint(), in that order.
// What is due is decided by the time of the newest view, so between two ticks no time passes here.
// It has no thread and waits for nobody but the disk; no disk's fault ends a step: each meets its
// troubles by saying so in status() and by trying again when it is called again.

#include <cstdint>
#include <optional>

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

  /// Stores what changed on the host table and the action board. `last`: the collector ends, so
  /// what is tried rarely is tried now.
  void store_changes(bool last);
  /// Makes some of the history's file, or stores the newest view if its step is due. True: more of
  /// the file is to be made, so that the next turn should not wait.
  [[nodiscard]] bool store_history();
  /// Writes a checkpoint if it is due; with `last`, at once.
  void checkpoint(bool last);

  /// After a step that threw all the same, for lack of memory as an example: the disk is not waited
  /// for any more.
  void give_up_turn() noexcept { watch_.rest(); }

  /// The newest operators' action that is on the disk.
  [[nodiscard]] std::uint64_t stored_action() const { return registry_.stored_action(); }
  /// As of the last step.
  [[nodiscard]] StorageStatus status() const;

  // --- Beside a turn, on the loop's thread ------------------------------------------------------

  /// What the loop sees from outside of a disk that does not answer, which a step that waits for it
  /// cannot tell.
  struct Silence {
    Duration lasts{0};               ///< Zero: the disk answers.
    std::uint64_t steps_missed = 0;  ///< Of the history, meanwhile.
  };
  /// Once a tick, after its view was published. Nothing: there is no view to tell the time by.
  [[nodiscard]] std::optional<Silence> look();

 private:
  [[nodiscard]] Instant ticked() const;

  JournalOptions options_;
  const ViewBoard& board_;
  FolderLock lock_;
  DiskWatch watch_;
  RegistryKeeper registry_;
  HistoryShape shape_;
  HistoryKeeper history_;
};

}  // namespace flatline
