#pragma once

// The admin token is the secret that operators show for a change. The first start makes it, in a
// file of the data folder that only the collector's user may read.

#include <filesystem>
#include <string>

namespace flatline {

inline constexpr const char* kAdminTokenFile = "admin.token";

/// Reads the token, or makes it if there is none. If it cannot be written, or if the disk does not
/// tell whether there is one, the start goes on with a token that nobody knows, and a line in the
/// log says so. It stays unknown unless keep_admin_token() can write it. Throws Failure if the
/// file's mode lets others read it, or if there is no token in it.
std::string admin_token(const std::filesystem::path& folder);

/// Writes the token into a folder that was put in the data folder's place while the collector runs,
/// unless that has a token of its own. It says so in the log, and throws nothing.
void keep_admin_token(const std::filesystem::path& folder, const std::string& token);

}  // namespace flatline
