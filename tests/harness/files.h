#pragma once

// Reads and writes whole files, and finds those of the source tree.

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/harness/temporary_folder.h"

namespace flatline {

// If a file cannot be read or written, the test fails.
std::string content_of(const std::filesystem::path& path);
void write_content(const std::filesystem::path& path, std::string_view content);

/// The path of a file of the source tree, given from the top of the tree.
std::filesystem::path source_file(std::string_view path);

}  // namespace flatline
