#include "collector/journal/registry_schema.h"

#include <fmt/core.h>

#include <iterator>

#include "schema/program/error.h"

namespace flatline {
namespace {

/// Each element brings the schema one version forward; user_version is how many were applied.
constexpr const char* kMigrations[] = {
    "CREATE TABLE collector (capacity INTEGER NOT NULL, starts INTEGER NOT NULL) STRICT;"
    "CREATE TABLE tenancy (slot INTEGER PRIMARY KEY, agent_id INTEGER NOT NULL UNIQUE,"
    " name TEXT NOT NULL, registered_unix_ms INTEGER NOT NULL, interval_ms INTEGER NOT NULL) "
    "STRICT;",

    "CREATE TABLE past_tenancy (id INTEGER PRIMARY KEY, slot INTEGER NOT NULL,"
    " agent_id INTEGER NOT NULL, name TEXT NOT NULL, from_unix_ms INTEGER NOT NULL,"
    " to_unix_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX past_tenancy_agent ON past_tenancy (agent_id);"
    "CREATE TABLE checkpoint (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",

    "ALTER TABLE tenancy ADD COLUMN drained_until_unix_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tenancy ADD COLUMN reset_unix_ms INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE standing_order (place INTEGER PRIMARY KEY, agent_id INTEGER NOT NULL,"
    " name TEXT NOT NULL, revoked_below INTEGER NOT NULL, tombstone_generation INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE action (place INTEGER PRIMARY KEY, number INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, at_unix_ms INTEGER NOT NULL, until_unix_ms INTEGER NOT NULL,"
    " length_ms INTEGER NOT NULL, target INTEGER NOT NULL, changed INTEGER NOT NULL,"
    " below INTEGER NOT NULL, agent_id INTEGER NOT NULL, host TEXT NOT NULL, key TEXT NOT NULL,"
    " why TEXT NOT NULL, by TEXT NOT NULL) STRICT;"
    "CREATE TABLE freeze (id INTEGER PRIMARY KEY, until_unix_ms INTEGER NOT NULL,"
    " why TEXT NOT NULL, by TEXT NOT NULL) STRICT;",

    "ALTER TABLE tenancy ADD COLUMN awaited INTEGER NOT NULL DEFAULT 0;",

    "ALTER TABLE action ADD COLUMN names INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE action ADD COLUMN asked_until_unix_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE action ADD COLUMN part INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE action ADD COLUMN names_hash INTEGER NOT NULL DEFAULT 0;",

    "ALTER TABLE tenancy ADD COLUMN labels TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE group_tenancy (id INTEGER PRIMARY KEY, key_index INTEGER NOT NULL,"
    " key TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL,"
    " from_unix_ms INTEGER NOT NULL, to_unix_ms INTEGER NOT NULL,"
    " from_assignment INTEGER NOT NULL, to_assignment INTEGER NOT NULL) STRICT;",

    "CREATE TABLE IF NOT EXISTS cause_name (id INTEGER PRIMARY KEY, place INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " start INTEGER NOT NULL, tick INTEGER NOT NULL, from_unix_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS cause_name_place ON cause_name (place);",

    "ALTER TABLE tenancy ADD COLUMN drained_from_unix_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE action ADD COLUMN asked_from_unix_ms INTEGER NOT NULL DEFAULT 0;",

    // Until then there was one token for changes, whose name is admin.
    "ALTER TABLE action ADD COLUMN token_name TEXT NOT NULL DEFAULT 'admin';"
    "ALTER TABLE freeze ADD COLUMN token_name TEXT NOT NULL DEFAULT 'admin';",
};
constexpr std::int64_t kVersion = std::size(kMigrations);

[[noreturn]] void refuse_newer(std::int64_t version, const std::filesystem::path& path) {
  throw Failure(
      fmt::format("{}: written by a newer flatline (schema {}, this one knows {}); use "
                  "that version, or another --data folder",
                  path.string(), version, kVersion));
}

}  // namespace

void migrate_registry(Database& database, const std::filesystem::path& path) {
  const std::int64_t version = database.number("PRAGMA user_version");
  if (version > kVersion) refuse_newer(version, path);
  if (version == kVersion) return;
  Transaction transaction(database);
  for (std::int64_t i = version; i < kVersion; ++i) database.run(kMigrations[i]);
  database.run(fmt::format("PRAGMA user_version = {}", kVersion).c_str());
  transaction.commit();
}

void require_registry_version(Database& database, const std::filesystem::path& path) {
  const std::int64_t version = database.number("PRAGMA user_version");
  if (version > kVersion) refuse_newer(version, path);
  if (version == kVersion) return;
  throw Failure(
      fmt::format("{}: has schema {}, this flatline reads schema {}; start the collector "
                  "of this version on it first",
                  path.string(), version, kVersion));
}

}  // namespace flatline
