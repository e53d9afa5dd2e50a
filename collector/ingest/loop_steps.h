#pragma once

// What the loop does, as steps that a caller takes: libuv's callbacks in loop.cc, or a test that
// wants them in another order. The steps are handed the time and the datagrams. They own no handle,
// read no clock, and allocate nothing after construction. One thread takes all of them.

#include <cstdint>
#include <functional>
#include <span>

#include "collector/fleet/fleet.h"
#include "collector/ingest/receive_pace.h"
#include "collector/view/view_board.h"

namespace flatline {

class LoopSteps {
 public:
  /// What the kernel threw away since the start, as KernelCounters tells it apart.
  struct KernelLosses {
    std::uint64_t lost = 0;
    std::uint64_t filtered = 0;
  };

  /// All are called on the thread that takes the steps. None may block.
  struct Hooks {
    /// Tells what the kernel threw away until now. Called once a tick, with whether the socket's
    /// buffer may have been full since the last call.
    std::function<KernelLosses(bool was_filled)> losses;
    /// Tells whether a soft dependency, such as the disk, is failing. Called once a tick.
    std::function<bool()> degraded;
    /// Called once a tick, after the tick's view was published.
    std::function<void()> published;
    /// Performs up to `most` actions, and returns how many it performed.
    std::function<std::uint32_t(WallTime now, std::uint32_t most)> perform_actions;
  };

  /// Borrows fleet and board, which must outlive the steps. `receive_room` is how many datagrams
  /// the receive buffer holds. The first tick is due at once.
  LoopSteps(Fleet& fleet, ViewBoard& board, Duration tick, std::size_t receive_room, Hooks hooks);

  /// The shortest time from a look that drained the socket to the next look; 0: no rest at all.
  [[nodiscard]] Milliseconds rest() const { return pace_.rest(); }

  /// Hands the fleet a `batch` that a look at the socket found. `look` is the moment just before
  /// the batch was read. Returns true if the batch was full, so that more may wait.
  bool take(std::span<const ReceivedDatagram> batch, const Moment& look);

  /// Shows the fleet that the collector is alive, and performs actions that wait. Must be called at
  /// least once in each Fleet::beat_period().
  void beat(const Moment& moment);
  /// Performs actions that wait, but no more in a tick than kActionsPerTick: those beyond wait for
  /// the next tick. beat() calls it, and so must whoever hears that somebody waits.
  void perform_actions(WallTime wall);

  /// When the next tick is due; its lateness is counted from here.
  [[nodiscard]] Instant next_tick() const { return next_tick_; }
  /// Makes the first tick due at `now`.
  void start(Instant now) { next_tick_ = now; }
  /// Begins a tick, in which a new share of actions may be performed. Before it calls tick(), the
  /// caller drains the socket once more, because what waits there was sent in time even if this
  /// tick comes late.
  void begin_tick() { actions_left_ = kActionsPerTick; }
  /// Makes and publishes the tick's view.
  void tick(const Moment& moment);
  /// Notes how long the tick took.
  void end_tick(Instant begin, Instant end);

 private:
  void log_change(const ViewHead& head);

  Fleet& fleet_;
  ViewBoard& board_;
  Duration tick_;
  ReceivePace pace_;
  Hooks hooks_;
  TickInputs inputs_;
  Instant next_tick_{};
  std::uint32_t logged_flags_ = 0;
  std::uint64_t logged_forgotten_ = 0;
  std::uint32_t actions_left_ = kActionsPerTick;
};

}  // namespace flatline
