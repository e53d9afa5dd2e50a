#pragma once

// The registry's tables, version by version.

#include <cstdint>
#include <filesystem>

#include "collector/journal/sqlite.h"

namespace flatline {

/// Brings an older schema forward all the way, or not at all if it throws. Throws Failure for a
/// schema that is newer than this program, and SqliteError.
void migrate_registry(Database& database, const std::filesystem::path& path);

/// Throws Failure unless the schema is this program's. For readers, which must not change it.
void require_registry_version(Database& database, const std::filesystem::path& path);

}  // namespace flatline
