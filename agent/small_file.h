#pragma once

// Small files in one read, without streams: /proc, and the agent's own state.

#include <cstddef>
#include <span>
#include <string_view>

namespace flatline {

/// Reads a file from its start into `buffer`, up to its size. Returns what was read; a view without
/// data (not merely empty) with errno set when it cannot be opened or read.
std::string_view read_small_file(const char* path, std::span<char> buffer);

}  // namespace flatline
