#pragma once

// The journal keeps registry, checkpoint and history on the disk, so that slots, order and verdicts
// survive a restart and the past can be looked at.
//
// Four kinds of threads meet here. The main thread makes the journal before it makes anything that
// needs what the last start left: the constructor opens the data folder, locks it, reads the
// registry, the checkpoint and the newest step of the history, and counts this start. The main
// thread then hands restored(), freed() and actions() to the fleet, and calls start(). From then on
// SQLite belongs to one thread, the journal's own, until the destructor has joined it.
//
// The journal's thread sleeps until it is woken, and then takes the steps of one turn
// (journal_steps.h): it stores which slots changed their host and what operators did, stores a step
// of the history if one is due, and writes a checkpoint if one is due. It is fed with full state
// and never with a queue of events: it takes the marks of the host table and of the action board,
// and the newest view of the view board, all of which may be read beside their writer. So a disk
// that is slow, full or gone makes nothing wait and nothing grow. What was missed of the history is
// a gap, and everything else is stored when the disk takes it again.
//
// The loop's thread calls wake() and degraded() once a tick; neither blocks. Threads that answer
// operators, which may wait, call wait_for_action(), and those that render a summary call status().
// Whatever happens to the disk, the collector goes on, and status() says what is wrong until it is
// right again. Whoever looks back opens the files beside the writer (past_files.h), and does not
// come by here.

#include <memory>
#include <vector>

#include "collector/journal/action_tables.h"
#include "collector/journal/broken_pages.h"
#include "collector/journal/journal_options.h"
#include "collector/view/host_table.h"
#include "collector/view/storage_status.h"
#include "collector/view/tenancy.h"
#include "collector/view/view_board.h"

namespace flatline {

class Journal {
 public:
  /// Opens or creates the registry, counts this start and reads what the last one left. What cannot
  /// be written now makes the journal degraded, and is stored when it can be. Throws Failure if the
  /// folder cannot be used, if another collector holds it, if it is for another capacity or history
  /// and `resize` is not set, or if a newer version made it. What can be
  /// read of a damaged registry goes on, and status() tells what cannot.
  Journal(const JournalOptions& options, HostTable& host_table, const ViewBoard& board);
  /// Joins the thread, whose last turn stores what is left and writes a checkpoint.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// The number of this start. It grows with each start, and no other start has it, even if it
  /// could not be written to the disk.
  [[nodiscard]] std::uint64_t start_number() const;
  /// The hosts and their slots, with what was last heard of them.
  [[nodiscard]] const std::vector<RestoredHost>& restored() const;
  /// Slots that hosts have left, the oldest first.
  [[nodiscard]] const std::vector<std::uint32_t>& freed() const;

  /// Which checks' names had which places among the causes, the oldest first; of two with one place
  /// the later one has it.
  [[nodiscard]] const std::vector<PlacedCause>& causes() const;

  /// What operators had done before this start.
  [[nodiscard]] const ActionRows& actions() const;

  /// Where readers of the past note which pages of the history are damaged, on any thread; the
  /// journal's thread mends them.
  [[nodiscard]] BrokenPages& broken_pages();

  /// Starts the thread; after this the host table's changes and the board's views are stored.
  void start();
  /// Called once a tick: lets the thread do what is due, and looks whether its disk answers. Never
  /// blocks.
  void wake();
  /// Waits until the change of an action that has this turn (ActionRecord::turn) is on the disk,
  /// and returns whether it is. It gives up after `patience`, or after one whole turn that began
  /// since; the action is then stored later. (A turn does not try everything every time: see
  /// RegistryKeeper.) Any thread but the loop's may call it.
  [[nodiscard]] bool wait_for_action(std::uint64_t action, Milliseconds patience);
  /// Any thread may call it. It never waits and allocates nothing.
  [[nodiscard]] bool degraded() const;
  /// Any thread but the loop's may call it.
  [[nodiscard]] StorageStatus status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
