#include "collector/journal/journal.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_keeper.h"
#include "collector/journal/registry_keeper.h"
#include "collector/journal/restored_planes.h"
#include "schema/clock.h"
#include "schema/log.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

HistoryShape shape_of(const JournalOptions& options) {
  return {options.capacity, static_cast<std::uint32_t>(options.history_keep / options.history_step),
          options.history_step};
}

/// Another shape than the file's is refused, or the file set aside. One that cannot be read now is
/// the thread's to deal with: it keeps no collector from starting.
void settle_history(const fs::path& folder, const HistoryShape& wanted, bool resize) {
  const fs::path file = folder / kHistoryFile;
  if (!fs::exists(file)) return;
  HistoryShape found;
  try {
    Database database(file, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kExisting);
    found = read_history_shape(database, file);
  } catch (const SqliteError&) {
    return;
  }
  if (found == wanted) return;
  if (!resize) require_shape(file, found, wanted);
  const fs::path aside = set_aside(file, fmt::format("capacity-{}", found.capacity), wall_now());
  log_info("{}: set aside as {}, a new history begins", file.string(), aside.string());
}

}  // namespace

struct Journal::State {
  State(const JournalOptions& given, Roster& roster, const Board& from)
      : options(given),
        board(from),
        lock(given.folder),
        registry(given.folder, given.capacity,
                 given.resize ? Registry::Resize::kAllow : Registry::Resize::kRefuse, roster),
        history(given.folder, shape_of(given)) {
    settle_history(given.folder, shape_of(given), given.resize);
    restore_newer_planes(given.folder, given.capacity, registry.checkpointed_at(),
                         registry.restored());
  }

  /// The thread: sleeps until woken, then stores what is due. A history that is being made is work
  /// enough not to sleep.
  void run() {
    bool more = false;
    for (bool last = false; !last;) {
      {
        std::unique_lock guard(mutex);
        if (!more) woken.wait(guard, [&] { return wanted || stopping; });
        wanted = false;
        last = stopping;
        ++turns_begun;
      }
      registry.store_changes(lock);
      note_stored();
      more = !last && history.turn(board);
      registry.checkpoint(board, options.checkpoint_period, last);
      report();
    }
  }

  void note_stored() {
    {
      const std::lock_guard guard(mutex);
      stored_action = registry.stored_action();
      turns_stored = turns_begun;
    }
    stored.notify_all();
  }

  /// The turn that is under way may have begun before what is waited for: the one behind it has
  /// not.
  bool wait_for_action(std::uint64_t number, Milliseconds patience) {
    std::unique_lock guard(mutex);
    const std::uint64_t turn = turns_begun + 1;
    wanted = true;
    woken.notify_one();
    stored.wait_for(guard, patience,
                    [&] { return stored_action >= number || turns_stored >= turn; });
    return stored_action >= number;
  }

  void report() {
    StorageStatus now;
    now.lost_steps = history.lost_steps();
    now.history = history.work();
    now.checkpoints = registry.checkpoint_work();
    now.registry_rows = registry.rows_stored();
    for (const std::string& trouble : {registry.trouble(), history.trouble()}) {
      if (trouble.empty()) continue;
      now.degraded = true;
      now.reason += (now.reason.empty() ? "" : "; ") + trouble;
    }
    const std::lock_guard guard(mutex);
    if (now.degraded != status.degraded) {
      log_warning("storage: {}", now.degraded ? now.reason : "whole again");
    }
    status = std::move(now);
    degraded.store(status.degraded, std::memory_order_relaxed);
  }

  JournalOptions options;
  const Board& board;
  FolderLock lock;
  RegistryKeeper registry;
  HistoryKeeper history;

  mutable std::mutex mutex;
  std::condition_variable woken;
  std::condition_variable stored;
  std::uint64_t turns_begun = 0;
  std::uint64_t turns_stored = 0;
  std::uint64_t stored_action = 0;
  bool wanted = false;
  bool stopping = false;
  StorageStatus status;
  std::atomic<bool> degraded{false};
  std::thread thread;
};

Journal::Journal(const JournalOptions& options, Roster& roster, const Board& board)
    : state_(std::make_unique<State>(options, roster, board)) {}

Journal::~Journal() {
  if (!state_->thread.joinable()) return;
  {
    const std::lock_guard guard(state_->mutex);
    state_->stopping = true;
  }
  state_->woken.notify_one();
  state_->thread.join();
}

std::uint64_t Journal::start_number() const {
  return state_->registry.start_number();
}

const std::vector<Tenancy>& Journal::restored() const {
  return state_->registry.restored();
}

const std::vector<std::uint32_t>& Journal::freed() const {
  return state_->registry.freed();
}

const LeverRows& Journal::levers() const {
  return state_->registry.levers();
}

bool Journal::wait_for_action(std::uint64_t number, Milliseconds patience) {
  return state_->wait_for_action(number, patience);
}

void Journal::start() {
  state_->thread = std::thread([this] { state_->run(); });
  ::pthread_setname_np(state_->thread.native_handle(), "journal");
}

/// The lock is only ever held for a few assignments, never while the disk works; should the thread
/// hold it this very moment, the next tick wakes it.
void Journal::wake() {
  const std::unique_lock guard(state_->mutex, std::try_to_lock);
  if (!guard) return;
  state_->wanted = true;
  state_->woken.notify_one();
}

bool Journal::degraded() const {
  return state_->degraded.load(std::memory_order_relaxed);
}

StorageStatus Journal::status() const {
  const std::lock_guard guard(state_->mutex);
  return state_->status;
}

}  // namespace flatline
