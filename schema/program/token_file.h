#pragma once

// A secret token in a file of its own, which has one line and is private (secret_file.h).

#include <filesystem>
#include <string>

namespace flatline {

/// Throws Failure if the file is missing or not private, or if its line is empty, longer than
/// kTokenBytes or not printable.
std::string read_token_file(const std::filesystem::path& path);

}  // namespace flatline
