#pragma once

// Reads small files, such as settings, secrets, those of /proc and what an agent keeps, without
// streams, which would allocate and hide why a file cannot be read.

#include <cstddef>
#include <span>
#include <string_view>

namespace flatline {

/// Reads a file from its start, at most as much as `buffer` holds. Returns what was read. When the
/// file cannot be opened or read, it sets errno and returns a view whose data() is null. It waits
/// for a pipe's writer, but no longer than kPipePatience at a time.
std::string_view read_small_file(const char* path, std::span<char> buffer);

}  // namespace flatline
