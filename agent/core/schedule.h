#pragma once

// A constant schedule has absolute deadlines, one period apart, so that lateness never adds up.
// Missed deadlines are skipped and counted, and never made good. Pure: callers say what time it is.

#include <cstdint>

#include "schema/time.h"
#include "schema/wire/identity.h"

namespace flatline {

class Schedule {
 public:
  /// The deadlines are `first`, `first` + `period`, and so on. `period` is positive.
  Schedule(Duration period, Instant first) : period_(period), next_(first) {}

  [[nodiscard]] Instant next() const { return next_; }
  [[nodiscard]] bool due(Instant now) const { return now >= next_; }

  /// Uses up the deadline that is due at `now`, and moves next() to the first deadline after `now`.
  /// Returns how many deadlines were skipped: 0 if the one that is due is less than a period late.
  std::uint64_t advance(Instant now);

 private:
  Duration period_;
  Instant next_;
};

/// A host's place within its period: 0 <= phase < period. It is a hash of the agent id, so that a
/// fleet's sends spread evenly, and in the same way every time.
Duration phase_of(AgentId agent, Duration period);

/// The first instant after `now` whose wall-clock time is `phase` after a whole multiple of the
/// period. A schedule takes the wall clock's time only here, so that later steps of that clock move
/// no deadline.
Instant first_deadline(Instant now, WallTime wall, Duration period, Duration phase);

}  // namespace flatline
