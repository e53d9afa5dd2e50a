#pragma once

// The agent's one loop: owns libuv's handles and the clocks. Once an interval it asks the reporter
// for a snapshot, seals it once and sends the same datagram to every collector, whatever the checks
// are at. Resources neither copy nor move.

#include <filesystem>
#include <memory>

#include "agent/config.h"

namespace flatline {

class Agent {
 public:
  /// Runs the checks of `config` and sends from `epoch` on; reads `config_path` again on SIGHUP.
  Agent(std::filesystem::path config_path, AgentConfig config, std::uint64_t epoch);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Runs until SIGTERM or SIGINT, or until a SIGUSR1 made it leave: then the last
  /// kLeaveIntervals snapshots say so.
  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
