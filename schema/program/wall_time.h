#pragma once

// Moments as people write them. Pure: callers say what time it is.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline {

/// What parse_wall_time takes, for error messages.
inline constexpr const char* kWallTimeForm =
    "a moment: 2026-11-23T03:14:00Z (RFC 3339), 2026-11-23 03:14 (here), -15m (that long ago), "
    "03:14 (when it last was here; 03:14Z is UTC), or @1795403640 (seconds since 1970)";

/// Reads RFC 3339 with `Z` or an offset, as `2026-11-23T03:14:00.250+01:00`; a space may stand for
/// the T. Cuts to milliseconds. Returns nothing for anything else.
std::optional<WallTime> parse_rfc3339(std::string_view text);

/// Tells how far local clocks are ahead of UTC at a moment. Summer and winter differ.
using UtcOffset = std::function<Milliseconds(WallTime)>;

/// Reads RFC 3339, a duration ago (`-15m`), a time of day (`03:14`, `03:14:05`), a day with or
/// without a time of day (`2026-11-23 03:14`, `2026-11-23`), or seconds since 1970 (`@1795403640`).
/// A time of day means the last moment at which local clocks showed it, or UTC's where a `Z`
/// follows; a day is one of local clocks, too, unless a `Z` or an offset follows its time.
std::optional<WallTime> parse_wall_time(std::string_view text, WallTime now,
                                        const UtcOffset& utc_offset);

/// `2026-11-23T14:02:28.123Z`
std::string format_rfc3339(WallTime time);

}  // namespace flatline
