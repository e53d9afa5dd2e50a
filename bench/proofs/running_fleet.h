#pragma once

// A simulated fleet that plays to a running collector, and what it says of itself.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "schema/answers/view_answers.h"
#include "schema/time.h"
#include "tests/harness/programs.h"

namespace flatline::bench {

/// flatline-sim's own counts.
struct FleetSaid {
  std::uint64_t sent = 0;
  std::uint64_t send_errors = 0;
  std::uint64_t late = 0;     ///< Sent too late,
  std::uint64_t skipped = 0;  ///< or not at all.
  Milliseconds worst{0};      ///< Behind its schedule.
};

class RunningFleet {
 public:
  /// Begins to play, with `flags` more. `collector` outlives this.
  RunningFleet(const test::RunningCollector& collector, std::uint32_t hosts, Milliseconds interval,
               const std::vector<std::string>& flags);

  /// Until everybody is registered and healthy; throws Failure if they are not by then.
  void await_all(Instant deadline);
  /// The same, but says whether they are. Tells `progress` whenever it has asked.
  bool all_by(Instant deadline, const std::function<void(const SummaryAnswer&)>& progress);

  /// Of what it has done until now.
  FleetSaid until_now();

  /// Asks it to end, if its flags do not.
  void stop() const;
  /// Waits for its end.
  FleetSaid finish();

  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  const test::RunningCollector& collector_;
  std::uint32_t hosts_;
  test::ChildProcess process_;
};

}  // namespace flatline::bench
