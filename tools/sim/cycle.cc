#include "tools/sim/cycle.h"

#include <algorithm>

#include "schema/invariant.h"
#include "tools/sim/limits.h"

namespace flatline::sim {

Cycle::Cycle(std::span<const Duration> phases, Duration interval, Instant grid, Instant start)
    : phases_(phases), interval_(interval), grid_(grid) {
  INVARIANT(!phases.empty());
  INVARIANT(std::is_sorted(phases.begin(), phases.end()));
  INVARIANT(phases.back() < interval);
  INVARIANT(start >= grid);
  INVARIANT(start - grid <= interval);
  const auto first = std::lower_bound(phases.begin(), phases.end(), start - grid);
  next_.sender = static_cast<std::size_t>(first - phases.begin()) % phases.size();
  next_.interval = first == phases.end() ? 1 : 0;
  set_deadline();
}

void Cycle::advance() {
  if (++next_.sender == phases_.size()) {
    next_.sender = 0;
    ++next_.interval;
  }
  set_deadline();
}

Pace::Pace(Duration interval)
    : interval_(interval),
      tolerance_(std::max<Duration>(interval / kSimulatedLateDivisor, kSimulatedLateAtLeast)) {}

Pace::Verdict Pace::judge(Instant deadline, Instant now) {
  const Duration lateness = now - deadline;
  worst_ = std::max(worst_, lateness);
  if (lateness >= interval_) {
    ++skipped_;
    return Verdict::kSkip;
  }
  if (lateness <= tolerance_) return Verdict::kKept;
  ++late_;
  return Verdict::kLate;
}

}  // namespace flatline::sim
