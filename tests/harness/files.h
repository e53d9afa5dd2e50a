#pragma once

// What tests do with files: whole contents, folders of their own, and where the source tree is.

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/harness/temporary_folder.h"

namespace flatline {

/// A file that cannot be read or written fails the test.
std::string content_of(const std::filesystem::path& path);
void write_content(const std::filesystem::path& path, std::string_view content);

/// A file of the source tree, by its path from the top.
std::filesystem::path source_file(std::string_view path);

}  // namespace flatline
