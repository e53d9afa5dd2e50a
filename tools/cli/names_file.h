#pragma once

// Files of host names, a line each, in which # begins a comment.

#include <filesystem>
#include <string>
#include <vector>

namespace flatline::cli {

/// Every name of the file, in its order; `-` is stdin. A line may be folded, `web-[001-250,252]`,
/// as this program prints lists. Throws Failure that tells, a line each, of lines that are not
/// right and of names that come twice, and for a file that has no name or is beyond the limits.
/// Says on stderr which names differ in case alone.
std::vector<std::string> read_names(const std::filesystem::path& path);

/// The same of a file that may have no name.
std::vector<std::string> read_names_or_none(const std::filesystem::path& path);

/// The same as read_names(), but a name that comes twice is taken once.
std::vector<std::string> read_host_list(const std::filesystem::path& path);

/// The arguments, with the lines of stdin in the place of a `-`.
std::vector<std::string> with_stdin(const std::vector<std::string>& arguments);

}  // namespace flatline::cli
