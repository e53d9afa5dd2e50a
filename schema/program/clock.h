#pragma once

// The clocks, which only the edge reads: once per event, and then it hands the time to everything
// inside.

#include "schema/time.h"

namespace flatline {

/// CLOCK_MONOTONIC, which never jumps and stands still while the machine is suspended.
Instant monotonic_now();

/// CLOCK_MONOTONIC_RAW, which goes as the machine's crystal does: NTP does not slew it.
Instant raw_now();

/// CLOCK_REALTIME, which somebody may set at any time.
WallTime wall_now();

/// How long all threads of this process have kept processors busy.
Duration processor_time();

/// The three clocks that tell a moment, one right after another.
Moment moment_now();

/// The time since the machine's start, suspension included, as its crystal counts it:
/// CLOCK_MONOTONIC_RAW and how long the machine was suspended (CLOCK_BOOTTIME - CLOCK_MONOTONIC).
/// CLOCK_BOOTTIME itself is slewed by NTP, by up to 8.3 %. A collector holds an agent's uptime
/// against its own clocks to see what was held back on the way, and a slewed uptime would look like
/// that.
Milliseconds uptime_now();

}  // namespace flatline
