#pragma once

// Small files that are there as a whole or not at all, readable by their owner alone. Written
// beside their place and synced before they take it.

#include <filesystem>
#include <string_view>

namespace flatline {

/// Makes a file that is not there yet. Throws Failure: it is there already, or cannot be written.
void create_whole_file(const std::filesystem::path& path, std::string_view text);

/// Puts a file in the place of what is there; when this returns, it outlives a power cut. One
/// writer at a time. Throws Failure when it cannot be written.
void replace_whole_file(const std::filesystem::path& path, std::string_view text);

}  // namespace flatline
