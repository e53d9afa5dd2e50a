#pragma once

// Durations as people write them: `250ms`, `1s`, `1m30s`, `2h`, `7d`. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline {

/// Reads one duration: numbers, each with a unit (ms, s, m, h, d), the largest unit first, each
/// unit at most once, and at most a thousand days together. Returns nothing for anything else, such
/// as a number without a unit.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// The shortest text that parse_duration reads back: `1m30s`.
std::string format_duration(Milliseconds duration);

}  // namespace flatline
