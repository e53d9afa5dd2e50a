#pragma once

// Durations as people write them: `250ms`, `1s`, `1m30s`, `2h`, `7d`.

#include <optional>
#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline {

/// Reads one duration: numbers with a unit each (ms, s, m, h, d), largest unit first, each at most
/// once, at most a thousand days together. Nothing for anything else; a bare number has no unit and
/// is refused.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// The shortest text that parse_duration reads back: `1m30s`.
std::string format_duration(Milliseconds duration);

}  // namespace flatline
