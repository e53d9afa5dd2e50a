#include "collector/journal/journal.h"

#include <fmt/core.h>
#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "collector/journal/data_folder.h"
#include "collector/journal/disk_watch.h"
#include "collector/journal/history_keeper.h"
#include "collector/journal/registry_keeper.h"
#include "collector/journal/restored_planes.h"
#include "schema/program/clock.h"
#include "schema/program/log.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

HistoryShape shape_of(const JournalOptions& options) {
  return {options.capacity, static_cast<std::uint32_t>(options.history_keep / options.history_step),
          options.history_step};
}

RegistryOptions registry_options(const JournalOptions& options) {
  return {options.capacity, options.resize ? Registry::Resize::kAllow : Registry::Resize::kRefuse,
          options.fleet};
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
  if (fs::exists(file)) return;  // The disk does not even rename; the thread says so.
  log_info("{}: set aside as {}, a new history begins", file.string(), aside.string());
}

}  // namespace

struct Journal::State {
  State(const JournalOptions& given, HostTable& host_table, const ViewBoard& from)
      : options(given),
        board(from),
        lock(given.folder, given.taken_over),
        registry(given.folder, registry_options(given), host_table, watch),
        shape(shape_of(given)),
        history(given.folder, shape) {
    restore_newer_planes(given.folder, registry.start().checkpointed, registry.start().restored);
    settle_history(given.folder, shape, given.resize);
    report();
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
      watch.ask();
      registry.store_changes(lock, ticked(), last);
      watch.ask();
      report();  // Whoever waits for what is not stored asks why.
      note_stored();
      more = !last && history.turn(board, lock);
      watch.ask();
      registry.checkpoint(board, options.checkpoint_period, last);
      watch.rest();
      report();
    }
  }

  /// When the loop's last tick was: for the thread, no time passes between two.
  Instant ticked() const {
    ViewHead head;
    return board.read_head(head) ? head.at : Instant{};
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
      if (!trouble.empty()) now.add_trouble(trouble);
    }
    const std::lock_guard guard(mutex);
    if (now.degraded != status.degraded) {
      log_warning("storage: {}", now.degraded ? now.reason : "whole again");
    }
    status = std::move(now);
    degraded.store(status.degraded, std::memory_order_relaxed);
  }

  /// The loop's: whether the disk answers, which the thread cannot tell while it waits for it.
  void look() {
    ViewHead head;
    if (!board.read_head(head) || head.tick == 0) return;
    const Moment now = head.moment();
    const Duration silent = watch.look(now);
    const bool hangs = silent > Duration{0};
    if (hangs != (hanging.load(std::memory_order_relaxed) > Duration{0})) {
      log_warning("storage: {}: {}", options.folder.string(),
                  hangs ? "the disk does not answer" : "the disk answers again");
    }
    overtaken.store(hangs ? shape.steps_between(watch.since(), now) : 0, std::memory_order_relaxed);
    hanging.store(silent, std::memory_order_relaxed);
  }

  /// As of the thread's last turn, and what was seen from outside since.
  StorageStatus tell() const {
    StorageStatus now;
    {
      const std::lock_guard guard(mutex);
      now = status;
    }
    const Duration silent = hanging.load(std::memory_order_relaxed);
    if (silent == Duration{0}) return now;
    now.add_trouble(fmt::format("{}: the disk has not answered for {} s", options.folder.string(),
                                std::chrono::floor<std::chrono::seconds>(silent).count()));
    now.lost_steps += overtaken.load(std::memory_order_relaxed);
    return now;
  }

  JournalOptions options;
  const ViewBoard& board;
  FolderLock lock;
  DiskWatch watch;
  RegistryKeeper registry;
  HistoryShape shape;
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
  std::atomic<Duration> hanging{Duration{0}};  ///< Zero: the disk answers.
  std::atomic<std::uint64_t> overtaken{0};     ///< Steps, while it does not.
  std::thread thread;
};

Journal::Journal(const JournalOptions& options, HostTable& host_table, const ViewBoard& board)
    : state_(std::make_unique<State>(options, host_table, board)) {}

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
  return state_->registry.start().start_number;
}

const std::vector<RestoredHost>& Journal::restored() const {
  return state_->registry.start().restored;
}

const std::vector<std::uint32_t>& Journal::freed() const {
  return state_->registry.start().freed;
}

const ActionRows& Journal::actions() const {
  return state_->registry.start().actions;
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
  state_->look();
  const std::unique_lock guard(state_->mutex, std::try_to_lock);
  if (!guard) return;
  state_->wanted = true;
  state_->woken.notify_one();
}

bool Journal::degraded() const {
  return state_->degraded.load(std::memory_order_relaxed) ||
         state_->hanging.load(std::memory_order_relaxed) > Duration{0};
}

StorageStatus Journal::status() const {
  return state_->tell();
}

}  // namespace flatline
