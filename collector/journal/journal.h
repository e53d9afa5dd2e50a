#pragma once

// The journal: registry, checkpoint and history on disk, so that slots, order and verdicts survive
// a restart and the past can be looked at. SQLite behind one thread of its own, fed with full state
// (the slots that changed their host, the newest view), never with a queue of events. Whatever
// happens to the disk, the collector goes on; status() says what is wrong until it is right again.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "collector/journal/action_tables.h"
#include "collector/view/host_table.h"
#include "collector/view/storage_status.h"
#include "collector/view/tenancy.h"
#include "collector/view/view_board.h"
#include "schema/wire/identity.h"

namespace flatline {

struct JournalOptions {
  std::filesystem::path folder;
  std::uint32_t capacity = kDefaultCapacity;
  Milliseconds history_step{kDefaultHistoryStep};
  Milliseconds history_keep{kDefaultHistoryKeep};
  bool resize = false;  ///< Another capacity or history than the folder holds is wanted.
  Milliseconds checkpoint_period{kCheckpointPeriod};
  std::optional<FleetId> fleet = std::nullopt;  ///< Hosts of another one are not taken up.
  /// Told on the journal's thread: another folder was put in the place of this one, and is used.
  std::function<void()> taken_over = [] {};
};

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
