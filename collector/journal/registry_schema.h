#pragma once

// The registry's tables, version by version.

#include <cstdint>
#include <filesystem>

#include "collector/journal/sqlite.h"

namespace flatline {

/// Brings an older schema forward, all the way or, after an error, not at all. Throws SqliteError;
/// Failure for one that is newer than this program.
void migrate_registry(Database& database, const std::filesystem::path& path);

/// Throws Failure unless the schema is this program's: for whoever only reads.
void require_registry_version(Database& database, const std::filesystem::path& path);

}  // namespace flatline
