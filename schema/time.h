#pragma once

// Time as the pure core knows it. Instants come from a clock without now(): what decides is handed
// the time and cannot read a clock by mistake. Only the edge (clock.h) makes instants.

#include <chrono>
#include <cstdint>

namespace flatline {

/// A steady clock that nobody can ask: see clock.h for the edge's door to the real one.
struct CoreClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CoreClock, duration>;
  static constexpr bool is_steady = true;
};

using Instant = CoreClock::time_point;
using Duration = std::chrono::nanoseconds;
using Milliseconds = std::chrono::milliseconds;

/// Wall-clock time, for people and for first contacts: milliseconds since 1970 (UTC).
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace flatline
