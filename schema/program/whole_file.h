#pragma once

// Small files that exist whole or not at all, and that only their owner can read. A file is written
// under another name in its folder and synced before it gets its own.

#include <filesystem>
#include <string_view>

namespace flatline {

/// Makes a new file. Throws Failure if it exists already or cannot be written.
void create_whole_file(const std::filesystem::path& path, std::string_view text);

/// Puts a file in the place of what is there. When this returns, the file outlives a power cut.
/// Only one writer may do this at a time. Throws Failure if it cannot be written.
void replace_whole_file(const std::filesystem::path& path, std::string_view text);
/// Does the same, and the file keeps the owner, group and mode of the one that is there.
void replace_whole_file_alike(const std::filesystem::path& path, std::string_view text);

/// Writes all of `text` into an open file. Returns zero, or the errno of what failed.
int write_all(int file, std::string_view text);

}  // namespace flatline
