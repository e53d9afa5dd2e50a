#pragma once

// What the loop does, as steps that somebody calls: libuv's callbacks, or whoever wants them in
// another order. Handed the time and the datagrams; it has no handle, reads no clock, and allocates
// nothing after construction. One thread.

#include <cstdint>
#include <functional>
#include <span>

#include "collector/fleet/fleet.h"
#include "collector/ingest/receive_pace.h"
#include "collector/view/view_board.h"

namespace flatline {

class LoopSteps {
 public:
  /// What the kernel threw away since start, told apart (KernelCounters).
  struct KernelLosses {
    std::uint64_t lost = 0;
    std::uint64_t filtered = 0;
  };

  /// None may block.
  struct Hooks {
    /// Asked once a tick.
    std::function<KernelLosses()> losses;
    /// Asked once a tick: is a soft dependency failing?
    std::function<bool()> degraded;
    /// Told once a tick, after its view was published.
    std::function<void()> published;
    /// Performs up to so many actions, and returns how many there were.
    std::function<std::uint32_t(WallTime now, std::uint32_t most)> perform_actions;
  };

  /// Borrows fleet and board. The first tick is due at once.
  LoopSteps(Fleet& fleet, ViewBoard& board, Duration tick, Hooks hooks);

  /// From when the socket was drained to the next look at it, at least.
  [[nodiscard]] Milliseconds rest() const { return pace_.rest(); }

  /// A look at the socket found `batch`, of which the fleet takes what is good. `look` is the
  /// moment before the look. True: the batch was full, and more may wait.
  bool take(std::span<const ReceivedDatagram> batch, const Moment& look);

  /// At least once in a beat_period() of the fleet.
  void beat(const Moment& moment);
  /// At each beat, and when somebody waits for an action. Those beyond a tick's share wait for the
  /// next tick.
  void perform_actions(WallTime wall);

  /// When the next tick is due; its lateness is counted from here.
  [[nodiscard]] Instant next_tick() const { return next_tick_; }
  /// The first tick is due at `now`.
  void start(Instant now) { next_tick_ = now; }
  /// A tick has come. Before the tick itself the caller looks once more at the socket: where the
  /// tick is late, it is not the hosts who are.
  void begin_tick() { actions_left_ = kActionsPerTick; }
  /// Makes and publishes the tick's view.
  void tick(const Moment& moment);
  /// The tick that began at `begin` is over.
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
  std::uint32_t actions_left_ = kActionsPerTick;
};

}  // namespace flatline
