#pragma once

// Runs the checks on their constant schedules, failing or not: at most one run of a check at a
// time, each with a timeout below its period. Owns the checks; hands every result on and judges
// none.

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
  /// A result of the check at `index`, which ended at `now`.
  using Take = std::function<void(std::size_t index, const CheckResult& result, Instant now)>;

  /// First runs are spread evenly over `spread` from `start` on; from there each check keeps to its
  /// period. Borrows the loop.
  CheckRunner(uv_loop_s& loop, std::vector<ConfiguredCheck> checks, Duration spread, Instant start,
              Take take);
  /// Abandons what is in flight.
  ~CheckRunner();
  CheckRunner(const CheckRunner&) = delete;
  CheckRunner& operator=(const CheckRunner&) = delete;

  /// Runs that were left out because the loop or the run before came too late.
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
