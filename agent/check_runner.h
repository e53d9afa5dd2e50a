#pragma once

// Runs the checks on their constant schedules, whether they fail or not. A check has at most one
// run at a time, and its timeout is below its period. The runner owns the checks; it hands every
// result on and judges none. It lives on the loop's thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "agent/checks/check.h"
#include "agent/config.h"
#include "schema/time.h"

namespace flatline {

class CheckRunner {
 public:
  /// Receives a result of the check at `index`, whose run ended at `now`.
  using Take = std::function<void(std::size_t index, const CheckResult& result, Instant now)>;

  /// The checks' first runs are spread evenly over `spread` from `start` on, and each check then
  /// keeps to its period. Borrows the loop.
  CheckRunner(uv_loop_s& loop, std::vector<ConfiguredCheck> checks, Duration spread, Instant start,
              Take take);
  /// Drops the checks, and with them the runs in flight.
  ~CheckRunner();

  /// The last call: drops the checks, and runs the loop until their plugins have ended, or until
  /// the grace is over that these have. Not to be called from the loop.
  void end();

  /// Takes from `before`, whose place this runner takes at a reload, the checks that are the same
  /// in both (CheckPlan::fingerprint): they keep their schedules, and their runs in flight go on.
  void take_over(CheckRunner& before);

  CheckRunner(const CheckRunner&) = delete;
  CheckRunner& operator=(const CheckRunner&) = delete;

  /// How many runs were left out because the loop was late or the run before had not ended.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  struct Entry;

  void wake(Entry& entry);
  void begin(Entry& entry, Instant now);
  void give_up(Entry& entry, Instant now);
  void finish(Entry& entry, const CheckResult& result, Instant now);

  uv_loop_s& loop_;
  Take take_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::uint64_t skipped_ = 0;
};

}  // namespace flatline
