#pragma once

// The real programs on a stage: a collector of the plan's capacity, and a simulated fleet that
// plays its phases to it.

#include <memory>

#include "bench/proofs/fleet/plan.h"
#include "bench/proofs/running_fleet.h"
#include "tests/harness/programs.h"

namespace flatline::bench {

class Stage {
 public:
  /// Starts both. `checkpoint`: how often the collector does.
  Stage(const Plan& plan, const SharePlan& share, Milliseconds checkpoint);

  [[nodiscard]] const test::RunningCollector& collector() const { return collector_; }
  [[nodiscard]] pid_t process() { return collector_.process().pid(); }
  /// What it has said on stderr until now.
  [[nodiscard]] std::uint64_t logged_bytes();
  /// When the first phase begins; before it, hosts register.
  [[nodiscard]] Instant start() const { return start_; }

  /// Until everybody is registered and healthy; throws Failure if they are not when it begins.
  void await_all() { fleet_->await_all(start_); }

  /// Waits for the end of the last phase.
  FleetSaid finish() { return fleet_->finish(); }

 private:
  test::RunningCollector collector_;
  std::unique_ptr<RunningFleet> fleet_;
  Instant start_;
};

}  // namespace flatline::bench
