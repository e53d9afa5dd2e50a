#pragma once

// The collector's one loop: it drains the socket, runs the tick, and performs operators' actions in
// between.
//
// It runs on the main thread. main() makes socket, fleet, view board and loop, and calls begin()
// and run(), which returns at SIGTERM or SIGINT. Only this thread changes the fleet, the host table
// and the view board, so none of them needs a lock. Other threads may read the host table and the
// view board meanwhile, under sequence locks that never make this thread wait.
//
// libuv calls the loop back for six reasons: the socket is readable, the socket has rested, a beat
// is due, a tick is due, somebody used call(), or SIGHUP asks for a reload. A callback reads the
// clocks and takes a step of LoopSteps, which is handed the time and knows nothing of libuv. A look
// at the socket takes datagrams in batches and hands them to the fleet. A beat shows the fleet that
// the collector is alive, so that a pause can be told from silence. A tick has the fleet sweep all
// slots, publishes the view, and then wakes the journal through a hook.
//
// Disk and HTTP have threads of their own, for which this one never waits. They reach it in one way
// only: call() may be used from any thread, never blocks, and makes the loop call its hook
// perform_actions() soon, for a bounded number of actions in each tick.

#include <functional>
#include <memory>

#include "collector/fleet/fleet.h"
#include "collector/ingest/receive_socket.h"
#include "collector/view/view_board.h"

namespace flatline {

class Loop {
 public:
  /// The loop calls all of these on its own thread, so none may block.
  struct Hooks {
    /// Tells whether a soft dependency, such as the disk, is failing. Called once a tick.
    std::function<bool()> degraded;
    /// Called once a tick, after the tick's view was published.
    std::function<void()> published;
    /// Performs up to `most` actions, and returns how many it performed.
    std::function<std::uint32_t(WallTime now, std::uint32_t most)> perform_actions;
    /// SIGHUP came. This one is called on a thread of its own, where it may wait for the disk, even
    /// beyond the loop's end: it holds all that it reads by value. What it returns, if anything, is
    /// then called on the loop's thread. Neither may throw.
    std::function<std::function<void()>()> reload;
  };

  /// Borrows socket, fleet and board, which must outlive the loop.
  Loop(ReceiveSocket& socket, Fleet& fleet, ViewBoard& board, Duration tick, Hooks hooks);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Publishes the first view, and is called once before run(). Whoever serves readers begins after
  /// it: before the first view there is nothing that is true of the fleet.
  void begin();
  /// Runs until SIGTERM or SIGINT.
  void run();
  /// Tells the loop that actions wait. Any thread may call it, and it never blocks.
  void call();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
