#pragma once

// Moments as people write them. Pure: handed what time it is.

#include <optional>
#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline {

/// What may be written for a moment, for errors.
inline constexpr const char* kMomentForm =
    "a moment: 2026-11-23T03:14:00Z (RFC 3339), -15m (that long ago), or 03:14 (when it last was)";

/// RFC 3339 with `Z` or an offset, to milliseconds (`2026-11-23T03:14:00.250+01:00`; a space may
/// stand for the T). Nothing for anything else.
std::optional<WallTime> parse_rfc3339(std::string_view text);

/// RFC 3339, a duration ago (`-15m`), or a time of day (`03:14`, `03:14:05`): the last time that it
/// was this time where the clocks are `utc_offset` ahead of UTC.
std::optional<WallTime> parse_moment(std::string_view text, WallTime now, Milliseconds utc_offset);

/// `2026-11-23T14:02:28.123Z`
std::string format_rfc3339(WallTime time);

}  // namespace flatline
