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

/// All three, one right after another.
Moment moment_now();

/// CLOCK_BOOTTIME, the time since the machine's start, suspension included.
Milliseconds uptime_now();

}  // namespace flatline
