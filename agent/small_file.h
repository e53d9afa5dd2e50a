#pragma once

// Reads small files, such as those of /proc and the agent's own state, without streams, which would
// allocate.

#include <cstddef>
#include <span>
#include <string_view>

namespace flatline {

/// Reads a file from its start, at most as much as `buffer` holds. Returns what was read. When the
/// file cannot be opened or read, it sets errno and returns a view whose data() is null.
std::string_view read_small_file(const char* path, std::span<char> buffer);

}  // namespace flatline
