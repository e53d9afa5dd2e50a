#pragma once

// A file of host names. Each line holds one name, and # begins a comment.

#include <filesystem>
#include <string>
#include <vector>

namespace flatline::cli {

/// Every name of the file, in its order; `-` is stdin. Throws Failure that tells, a line each, of
/// lines that are not right and of names that come twice, and for a file that has no name or is
/// beyond the limits.
std::vector<std::string> read_names(const std::filesystem::path& path);

}  // namespace flatline::cli
