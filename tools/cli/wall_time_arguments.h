#pragma once

// The edge where moments are read: what time it is, and how far local clocks are from UTC.

#include <string>
#include <string_view>
#include <vector>

#include "schema/time.h"

namespace flatline::cli {

/// A moment as it was typed; throws UsageError that names `flag`.
WallTime read_wall_time(std::string_view flag, std::string_view text);

/// The arguments, with each `-15m` that stands alone marked: what reads them would take it for
/// flags.
std::vector<std::string> mark_agos(int argc, const char* const* argv);

/// An argument as it was typed, without that mark.
std::string as_typed(std::string argument);

}  // namespace flatline::cli
