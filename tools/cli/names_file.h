#pragma once

// A file of host names: one a line, # begins a comment.

#include <filesystem>
#include <string>
#include <vector>

namespace flatline::cli {

/// Every name of the file, in its order. Throws Failure for the first line that is not right, for a
/// name that comes twice, for a file without one and for one beyond the limits.
std::vector<std::string> read_names(const std::filesystem::path& path);

}  // namespace flatline::cli
