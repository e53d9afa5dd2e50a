#pragma once

// A simulated fleet that plays to a running collector, and what it says of itself.

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "schema/time.h"
#include "tests/harness/programs.h"

namespace flatline::test {

/// flatline-sim's own counts.
struct FleetSaid {
  double sent = 0;
  double send_errors = 0;
  double late = 0;     ///< Sent too late,
  double skipped = 0;  ///< or not at all.
};

class RunningFleet {
 public:
  /// Begins to play, with `flags` more.
  RunningFleet(const RunningCollector& collector, std::uint32_t hosts, Milliseconds interval,
               const std::vector<std::string>& flags);

  /// What it has done until now.
  FleetSaid until_now();

  /// Asks it to end, if its flags do not.
  void stop() const { process_.send_signal(SIGTERM); }
  /// Waits for its end.
  FleetSaid finish();

  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  ChildProcess process_;
};

/// Whole words of a bitmap.
inline std::uint32_t capacity_for(std::uint32_t hosts) {
  return (hosts + 63) / 64 * 64;
}

/// How long a fleet takes to register at most, and to be seen.
Milliseconds registration_time(std::uint32_t hosts, Milliseconds tick);

}  // namespace flatline::test
