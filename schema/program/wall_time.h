#pragma once

// Moments as people write them. Pure: handed what time it is.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline {

/// What may be written for a moment, for errors.
inline constexpr const char* kWallTimeForm =
    "a moment: 2026-11-23T03:14:00Z (RFC 3339), -15m (that long ago), or 03:14 (when it last was "
    "here; 03:14Z is UTC)";

/// RFC 3339 with `Z` or an offset, to milliseconds (`2026-11-23T03:14:00.250+01:00`; a space may
/// stand for the T). Nothing for anything else.
std::optional<WallTime> parse_rfc3339(std::string_view text);

/// How far local clocks are ahead of UTC at a moment: summer and winter differ.
using UtcOffset = std::function<Milliseconds(WallTime)>;

/// RFC 3339, a duration ago (`-15m`), or a time of day (`03:14`, `03:14:05`): the last time that
/// local clocks showed it; with a `Z` behind it, clocks of UTC.
std::optional<WallTime> parse_wall_time(std::string_view text, WallTime now,
                                        const UtcOffset& utc_offset);

/// `2026-11-23T14:02:28.123Z`
std::string format_rfc3339(WallTime time);

}  // namespace flatline
