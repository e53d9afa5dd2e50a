#pragma once

// Writes archives as POSIX's pax has them, in its ustar format: a header of 512 bytes for each
// file, then its content in blocks of 512 bytes, and two empty blocks at the end. Pure.

#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline::cli {

/// The longest path that a header has room for without a prefix.
inline constexpr std::size_t kTarPathBytes = 100;

/// A file of mode 0600 that belongs to root. The path has at most kTarPathBytes.
std::string tar_file(std::string_view path, std::string_view content, WallTime modified);

/// A folder of mode 0755 that belongs to root; its path ends with a slash.
std::string tar_folder(std::string_view path, WallTime modified);

std::string tar_end();

}  // namespace flatline::cli
