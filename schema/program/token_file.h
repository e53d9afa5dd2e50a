#pragma once

// A secret token in a file of its own: one line, mode 0600.

#include <filesystem>
#include <string>

namespace flatline {

/// Throws Failure: missing, loose mode, empty, longer than kTokenBytes, not printable.
std::string read_token_file(const std::filesystem::path& path);

}  // namespace flatline
