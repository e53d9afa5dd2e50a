#pragma once

// Reads moments of the command line, and takes care of arguments that begin with `-`. This is where
// the program asks what time it is and how far local clocks are from UTC.

#include <string>
#include <string_view>
#include <vector>

#include "schema/time.h"

namespace flatline::cli {

/// Reads a moment as it was typed. Throws UsageError that names `flag`.
WallTime read_wall_time(std::string_view flag, std::string_view text);

/// The same of a moment to come: a time of day is the next one, and not the last.
WallTime read_next_wall_time(std::string_view flag, std::string_view text);

/// The arguments, in which each `-15m` that is an argument by itself is marked, since the command
/// line's reader would take it for flags, and in which a day and the time that follows it, as
/// `2026-11-29 12:59` comes without quotes, are one argument; as are `--sort` and the `-heard` that
/// follows it.
std::vector<std::string> mark_times(int argc, const char* const* argv);

/// The argument as it was typed, without that mark.
std::string as_typed(std::string argument);

}  // namespace flatline::cli
