#pragma once

// The admin token is the secret that operators show for a change. The first start makes it, in a
// file of the data folder that only the collector's user may read.

#include <filesystem>
#include <string>

namespace flatline {

inline constexpr const char* kAdminTokenFile = "admin.token";

struct AdminToken {
  std::string token;    ///< Empty if it could not be read.
  std::string trouble;  ///< Why nobody knows the token; empty if operators can read it.
};

/// Reads the token, or makes it if there is none. Monitoring does not wait for it: whatever is
/// wrong with the file is trouble that is told, and throws nothing. A token that could not be
/// written is one that nobody knows, unless keep_admin_token() can write it.
AdminToken admin_token(const std::filesystem::path& folder);

/// Writes the token into a folder that was put in the data folder's place while the collector runs,
/// unless that has a token of its own. It says so in the log, and throws nothing. Returns whether
/// it was written.
bool keep_admin_token(const std::filesystem::path& folder, const std::string& token);

}  // namespace flatline
