#pragma once

// The agent's one loop. It owns all that lives on it, and reads the clocks. Once an interval it
// asks the reporter for a snapshot, seals it once and sends the same datagram to every collector,
// whether checks are running or not. agent/README.md has the whole picture.

#include <filesystem>
#include <memory>

#include "agent/config.h"
#include "schema/program/service_manager.h"

namespace flatline {

class Agent {
 public:
  /// Takes over the checks of `config`. The datagrams carry `epoch`, which the disk took or not, or
  /// the one that follows when the clocks ask for it. SIGHUP makes it read `config_path` again.
  /// `service` is told of each snapshot that was sent, and must outlive this. Throws Failure where
  /// it may not have as many files open as it needs.
  Agent(std::filesystem::path config_path, AgentConfig config, std::uint64_t epoch, bool is_stored,
        ServiceManager& service);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Runs until SIGTERM or SIGINT. SIGUSR1 makes the host leave: kLeaveIntervals more snapshots say
  /// so, and then this returns.
  void run();

 private:
  struct Duty;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
