#pragma once

// How many files an agent may have open (RLIMIT_NOFILE). One that runs out of them looks alive and
// sends nothing, so it makes sure at its start.

#include <cstddef>

namespace flatline {

/// Raises the soft limit to what so many checks and collectors need, where it is below that. Throws
/// Failure, with the numbers, where the hard limit is.
void require_open_files(std::size_t checks, std::size_t collectors);

}  // namespace flatline
