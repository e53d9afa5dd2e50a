#pragma once

// Time as the pure core knows it. Its clock type has no now(), so code that decides is handed the
// time and cannot read a clock by mistake. Only the edge (program/clock.h) makes instants.

#include <chrono>
#include <cstdint>

namespace flatline {

/// A steady clock that nobody can ask. The edge reads the real one by monotonic_now() of clock.h.
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

/// Wall-clock time in milliseconds since 1970 (UTC). It serves people and first contacts; no
/// verdict on a known host rests on it.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// One moment as all clocks tell it.
struct Moment {
  Instant now{};
  WallTime wall{};
  /// A steady clock that nobody slews. It has an origin of its own: only differences count. Where
  /// nobody tells, it is as good as `now`.
  Instant raw = now;
};

}  // namespace flatline
