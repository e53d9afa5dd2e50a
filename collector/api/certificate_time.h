#pragma once

// What a certificate's time means. Pure: it is handed the time.

#include <string>

#include "schema/time.h"

namespace flatline {

/// Why clients refuse a certificate for these times: because it has expired, or is not valid yet.
/// Empty where they do not.
[[nodiscard]] std::string refused_for_its_time(WallTime begins, WallTime expires, WallTime now);
/// What is to be done about its time, now or soon; empty while it is good for long enough.
[[nodiscard]] std::string certificate_advice(WallTime expires, WallTime now);

}  // namespace flatline
