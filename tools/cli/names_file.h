#pragma once

// A file of host names. Each line holds one name, and # begins a comment.

#include <filesystem>
#include <string>
#include <vector>

namespace flatline::cli {

/// Every name of the file, in its order. Throws Failure for the first line that is not right, for a
/// name that comes twice, and for a file that has no name or is beyond the limits.
std::vector<std::string> read_names(const std::filesystem::path& path);

}  // namespace flatline::cli
