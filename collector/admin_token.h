#pragma once

// The secret that operators show for a change: made at the first start, in the data folder, for the
// collector's user alone.

#include <filesystem>
#include <string>

namespace flatline {

inline constexpr const char* kAdminTokenFile = "admin.token";

/// Reads it, or makes it first. Throws Failure: a mode that lets others read it, no token in it, or
/// it cannot be written.
std::string admin_token(const std::filesystem::path& folder);

}  // namespace flatline
