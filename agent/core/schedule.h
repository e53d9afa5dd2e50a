#pragma once

// Constant schedules: absolute deadlines, one period apart, so that lateness never adds up. Missed
// deadlines are skipped and counted, never made good. Pure: handed the time.

#include <cstdint>

#include "schema/time.h"
#include "schema/wire/identity.h"

namespace flatline {

class Schedule {
 public:
  /// Deadlines are `first`, `first` + period, and so on. `period` is positive.
  Schedule(Duration period, Instant first) : period_(period), next_(first) {}

  [[nodiscard]] Instant next() const { return next_; }
  [[nodiscard]] bool due(Instant now) const { return now >= next_; }

  /// Uses up the deadline that is due at `now` and moves next() beyond `now`, on the same grid.
  /// Returns how many deadlines were skipped: 0 when served less than a period late.
  std::uint64_t advance(Instant now);

 private:
  Duration period_;
  Instant next_;
};

/// A host's place within its period, by a hash of its agent id: a fleet's sends spread evenly, the
/// same way every time. 0 <= phase < period.
Duration phase_of(AgentId agent, Duration period);

/// The first instant after `now` whose wall-clock time is `phase` past a whole multiple of the
/// period. The wall clock is read this once: later steps of it move no deadline.
Instant first_deadline(Instant now, WallTime wall, Duration period, Duration phase);

}  // namespace flatline
