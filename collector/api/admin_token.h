#pragma once

// The secret that operators show for a change: made at the first start, in the data folder, for the
// collector's user alone.

#include <filesystem>
#include <string>

namespace flatline {

inline constexpr const char* kAdminTokenFile = "admin.token";

/// Reads it, or makes it first. Where none can be written, or the disk does not tell whether there
/// is one, it is one that nobody knows until it can (keep_admin_token), with a line in the log.
/// Throws Failure: a mode that lets others read it, or no token in it.
std::string admin_token(const std::filesystem::path& folder);

/// Writes it into a folder that has none: another than that of the start. With a line in the log;
/// throws nothing.
void keep_admin_token(const std::filesystem::path& folder, const std::string& token);

}  // namespace flatline
