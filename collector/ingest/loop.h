#pragma once

// The collector's one loop: drains the socket, runs the tick, and performs the operators' actions
// in between. It owns libuv's handles and the clocks; what it hears and when goes to the fleet,
// what the fleet answers to the board. Disk and HTTP have threads of their own, which it never
// waits for.

#include <functional>
#include <memory>

#include "collector/fleet/fleet.h"
#include "collector/ingest/receive_socket.h"
#include "collector/view/view_board.h"

namespace flatline {

class Loop {
 public:
  struct Hooks {
    /// Asked once a tick: is a soft dependency failing?
    std::function<bool()> degraded;
    /// Told once a tick, after its view was published. Must not block.
    std::function<void()> published;
    /// Pulls up to so many actions, and returns how many there were. Must not block.
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
