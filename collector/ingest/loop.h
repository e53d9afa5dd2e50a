#pragma once

// The collector's one loop: drains the socket, runs the tick, and performs the operators' actions
// in between.
//
// It runs on the main thread. main() makes socket, fleet, board and loop, and calls run(), which
// returns when the program is told to end. Everything that changes the fleet, the host table or the
// view board is called from this thread, so none of it needs a lock; what other threads may read
// while it changes is the host table and the board, by sequence locks that never make it wait.
//
// libuv calls the loop back for five reasons: the socket is readable, the socket has rested, a beat
// is due, a tick is due, or somebody called. Each callback reads the clocks once for each look or
// tick and takes a step of LoopSteps, which is handed the time and knows nothing of libuv. A look
// takes datagrams in batches and hands them to the fleet. A beat shows the fleet that the collector
// is alive, so that a pause can be told from silence. A tick has the fleet sweep all slots and
// publishes the view. Then it tells the journal that there is something new.
//
// Disk and HTTP have threads of their own, which this one never waits for. They reach it in one way
// only: call() may be used from any thread, never blocks, and makes the loop ask perform_actions()
// of its hooks, soon and at most so many times a tick.

#include <functional>
#include <memory>

#include "collector/fleet/fleet.h"
#include "collector/ingest/receive_socket.h"
#include "collector/view/view_board.h"

namespace flatline {

class Loop {
 public:
  /// All are called on the loop's thread. None may block.
  struct Hooks {
    /// Asked once a tick: is a soft dependency failing?
    std::function<bool()> degraded;
    /// Told once a tick, after its view was published.
    std::function<void()> published;
    /// Performs up to so many actions, and returns how many there were.
    std::function<std::uint32_t(WallTime now, std::uint32_t most)> perform_actions;
  };

  /// Borrows all; they must outlive the loop.
  Loop(ReceiveSocket& socket, Fleet& fleet, ViewBoard& board, Duration tick, Hooks hooks);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until SIGTERM or SIGINT. The first view is published at once.
  void run();
  /// Any thread, never blocks: actions wait to be performed.
  void call();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
