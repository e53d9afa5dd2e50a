#include "collector/journal/journal.h"

#include <fmt/core.h>
#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "collector/journal/journal_steps.h"
#include "schema/program/log.h"

namespace flatline {

struct Journal::State {
  State(const JournalOptions& options, HostTable& host_table, const ViewBoard& board)
      : folder(options.folder.string()), steps(options, host_table, board) {
    report();
  }

  /// What the thread does: one turn after the other, until the last.
  void run() {
    bool more = false;
    while (!last) {
      last = await_turn(more);
      steps.store_changes(last);
      report();  // Whoever note_stored() wakes asks what is wrong.
      note_stored();
      more = !last && steps.store_history();
      steps.checkpoint(last);
      report();
    }
  }

  /// The thread's function. What a turn throws becomes a trouble of the storage, and the next turn
  /// tries again, unless it was the last.
  void keep_running() noexcept {
    while (!last) {
      try {
        run();
      } catch (const std::exception& error) {
        steps.give_up_turn();
        tell_given_up(error);
      }
    }
  }

  void tell_given_up(const std::exception& error) noexcept {
    const std::lock_guard guard(mutex);
    if (!degraded.exchange(true, std::memory_order_relaxed)) {
      log_warning("storage: a turn was given up: {}", error.what());
    }
    try {
      status.degraded = true;
      status.troubles = trouble_bit(Trouble::kGivenUp);
      status.reason = fmt::format("a turn was given up: {}", error.what());
    } catch (const std::exception&) {
      status.reason.clear();  // There is no memory for one.
    }
  }

  /// Sleeps until somebody wants a turn, but not if `more` is to be done. Returns true if the turn
  /// is the last one.
  bool await_turn(bool more) {
    std::unique_lock guard(mutex);
    if (!more) woken.wait(guard, [&] { return wanted || stopping; });
    wanted = false;
    ++turns_begun;
    return stopping;
  }

  void note_stored() {
    {
      const std::lock_guard guard(mutex);
      stored_action = steps.stored_action();
      turns_stored = turns_begun;
    }
    stored.notify_all();
  }

  /// The turn that is under way may have taken its marks too early to see the action, so this waits
  /// for the turn after it.
  bool wait_for_action(std::uint64_t action, Milliseconds patience) {
    std::unique_lock guard(mutex);
    const std::uint64_t turn = turns_begun + 1;
    wanted = true;
    woken.notify_one();
    stored.wait_for(guard, patience,
                    [&] { return stored_action >= action || turns_stored >= turn; });
    return stored_action >= action;
  }

  /// Called by the thread: shows other threads the status of its steps.
  void report() {
    StorageStatus now = steps.status();
    const std::lock_guard guard(mutex);
    if (now.degraded != status.degraded) {
      log_warning("storage: {}", now.degraded ? now.reason : "whole again");
    }
    status = std::move(now);
    degraded.store(status.degraded, std::memory_order_relaxed);
  }

  /// Called by the loop: notes whether the disk answers, which the thread cannot tell while it
  /// waits for the disk.
  void look() {
    const auto silence = steps.look();
    if (!silence) return;
    const bool hangs = silence->lasts > Duration{0};
    if (hangs != (hanging.load(std::memory_order_relaxed) > Duration{0})) {
      log_warning("storage: {}: {}", folder,
                  hangs ? "the disk does not answer" : "the disk answers again");
    }
    overtaken.store(silence->steps_missed, std::memory_order_relaxed);
    hanging.store(silence->lasts, std::memory_order_relaxed);
  }

  /// The status as of the thread's last report, and what the loop has seen since.
  StorageStatus tell() const {
    StorageStatus now;
    {
      const std::lock_guard guard(mutex);
      now = status;
    }
    const Duration silent = hanging.load(std::memory_order_relaxed);
    if (silent == Duration{0}) return now;
    now.hangs = true;
    now.add_trouble(Trouble::kDiskHangs,
                    fmt::format("{}: the disk has not answered for {} s", folder,
                                std::chrono::floor<std::chrono::seconds>(silent).count()));
    now.lost_steps += overtaken.load(std::memory_order_relaxed);
    return now;
  }

  std::string folder;
  JournalSteps steps;

  mutable std::mutex mutex;
  std::condition_variable woken;
  std::condition_variable stored;
  std::uint64_t turns_begun = 0;
  std::uint64_t turns_stored = 0;
  std::uint64_t stored_action = 0;
  bool wanted = false;
  bool stopping = false;
  bool last = false;  ///< The turn that has begun is the last. Only the thread uses it.
  StorageStatus status;
  std::atomic<bool> degraded{false};
  std::atomic<Duration> hanging{Duration{0}};  ///< Zero if the disk answers.
  std::atomic<std::uint64_t> overtaken{0};     ///< Steps missed while it does not.
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
  return state_->steps.start().start_number;
}

const std::vector<RestoredHost>& Journal::restored() const {
  return state_->steps.start().restored;
}

const std::vector<std::uint32_t>& Journal::freed() const {
  return state_->steps.start().freed;
}

const std::vector<PlacedCause>& Journal::causes() const {
  return state_->steps.start().causes;
}

const ActionRows& Journal::actions() const {
  return state_->steps.start().actions;
}

BrokenPages& Journal::broken_pages() {
  return state_->steps.broken_pages();
}

bool Journal::wait_for_action(std::uint64_t action, Milliseconds patience) {
  return state_->wait_for_action(action, patience);
}

void Journal::start() {
  state_->thread = std::thread([this] { state_->keep_running(); });
  ::pthread_setname_np(state_->thread.native_handle(), "journal");
}

/// The lock is only ever held for a few assignments, never while the disk works. If another thread
/// holds it just now, the next tick wakes the journal's thread.
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
