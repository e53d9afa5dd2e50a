#pragma once

// The edge's clocks. Programs read them once an event and hand the time to everything inside.

#include "schema/time.h"

namespace flatline {

/// CLOCK_MONOTONIC: steady, stands still while the machine is suspended.
Instant monotonic_now();

/// CLOCK_REALTIME.
WallTime wall_now();

/// CLOCK_BOOTTIME: since the machine's start, time in suspension included.
Milliseconds uptime_now();

}  // namespace flatline
