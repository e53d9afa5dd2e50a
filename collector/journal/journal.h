#pragma once

// The journal: registry, checkpoint and history on disk, so that slots, order and verdicts survive
// a restart and the past can be looked at.
//
// Four kinds of threads meet here. The main thread makes the journal before it makes anything that
// needs what the last start left: the constructor opens the data folder, locks it, reads the
// registry, the checkpoint and the newest step of the history, and counts this start. It then hands
// restored(), freed() and actions() to the fleet, and calls start(). From then on SQLite belongs to
// one thread, the journal's own, until the destructor has joined it.
//
// The journal's thread sleeps until it is woken, and then takes the steps of one turn
// (journal_steps.h): it stores which slots changed their host and what operators did, stores a step
// of the history if one is due, and writes a checkpoint if one is due. It is fed with full state
// and never with a queue of events: it takes the marks of the host table and of the action board,
// and the newest view of the view board, all of which may be read beside their writer. So a disk
// that is slow, full or gone makes nothing wait and nothing grow. What was missed of the history is
// a gap, and everything else is stored when the disk takes it again.
//
// The loop's thread calls wake() once a tick, and degraded(); neither blocks nor allocates. Whoever
// answers an operator calls wait_for_action() on a thread that may wait, and whoever renders a
// summary calls status(). Whatever happens to the disk, the collector goes on, and status() says
// what is wrong until it is right again. Who looks back opens the files beside the writer
// (past_files.h) and never comes by here.

#include <memory>
#include <vector>

#include "collector/journal/action_tables.h"
#include "collector/journal/journal_options.h"
#include "collector/view/host_table.h"
#include "collector/view/storage_status.h"
#include "collector/view/tenancy.h"
#include "collector/view/view_board.h"

namespace flatline {

class Journal {
 public:
  /// Opens or creates the registry, counts this start and reads what the last one left; what cannot
  /// be written now is `degraded`, and stored when it can. Throws Failure: the folder cannot be
  /// used, another collector holds it, it is for another capacity or history and `resize` is not
  /// set, or of a newer version. A corrupt registry is set aside, with a line in the log.
  Journal(const JournalOptions& options, HostTable& host_table, const ViewBoard& board);
  /// Stores what is left, and a last checkpoint.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Grows with each start; no other start has it, even if the disk could not be told.
  [[nodiscard]] std::uint64_t start_number() const;
  /// The hosts and their slots, with what was last heard of them.
  [[nodiscard]] const std::vector<RestoredHost>& restored() const;
  /// Slots that hosts have left, the oldest first.
  [[nodiscard]] const std::vector<std::uint32_t>& freed() const;

  /// What operators had done.
  [[nodiscard]] const ActionRows& actions() const;

  /// Starts the thread; after this the host table's changes and the board's views are stored.
  void start();
  /// Once a tick: lets the thread do what is due, and sees whether its disk answers. Never blocks.
  void wake();
  /// Any thread but the loop's: waits until the operators' action of this number is on the disk.
  /// False: it is not, after one turn that began since or after `patience`; it stays to be stored.
  /// A turn tries what it may try at its time: see RegistryKeeper.
  [[nodiscard]] bool wait_for_action(std::uint64_t number, Milliseconds patience);
  /// Any thread. The first never waits and allocates nothing.
  [[nodiscard]] bool degraded() const;
  [[nodiscard]] StorageStatus status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
