#include "collector/journal/registry.h"

#include <fmt/format.h>

#include "schema/error.h"

namespace flatline {
namespace {

/// Each element brings the schema one version forward; user_version is how many were applied.
constexpr const char* kMigrations[] = {
    "CREATE TABLE collector (capacity INTEGER NOT NULL, starts INTEGER NOT NULL) STRICT;"
    "CREATE TABLE tenancy (slot INTEGER PRIMARY KEY, agent_id INTEGER NOT NULL UNIQUE,"
    " name TEXT NOT NULL, registered_unix_ms INTEGER NOT NULL, interval_ms INTEGER NOT NULL) "
    "STRICT;",
};
constexpr std::int64_t kSchemaVersion = std::size(kMigrations);

/// How long a lock of a tool that looks at the file is waited for.
constexpr int kBusyMs = 1000;

}  // namespace

Registry::Registry(const std::filesystem::path& path, std::uint32_t capacity, WallTime now)
    : database_(path, kBusyMs) {
  database_.run("PRAGMA journal_mode = WAL");
  database_.run("PRAGMA synchronous = FULL");
  database_.run("PRAGMA wal_autocheckpoint = 1000");
  database_.run("PRAGMA journal_size_limit = 8388608");
  migrate(path);
  check_capacity(path, capacity, now);
  put_ = std::make_unique<Statement>(
      database_,
      "INSERT OR REPLACE INTO tenancy (slot, agent_id, name, registered_unix_ms, interval_ms)"
      " VALUES (?1, ?2, ?3, ?4, ?5)");
  remove_ = std::make_unique<Statement>(database_, "DELETE FROM tenancy WHERE slot = ?1");
}

Registry::~Registry() = default;

void Registry::migrate(const std::filesystem::path& path) {
  const std::int64_t version = database_.number("PRAGMA user_version");
  if (version > kSchemaVersion) {
    throw Failure(
        fmt::format("{}: written by a newer flatline (schema {}, this one knows {}); use "
                    "that version, or another --data folder",
                    path.string(), version, kSchemaVersion));
  }
  if (version == kSchemaVersion) return;
  Transaction transaction(database_);
  for (std::int64_t i = version; i < kSchemaVersion; ++i) database_.run(kMigrations[i]);
  database_.run(fmt::format("PRAGMA user_version = {}", kSchemaVersion).c_str());
  transaction.commit();
}

void Registry::check_capacity(const std::filesystem::path& path, std::uint32_t capacity,
                              WallTime now) {
  const std::int64_t stored = database_.number("SELECT capacity FROM collector");
  if (stored == 0) {
    Statement insert(database_, "INSERT INTO collector (capacity, starts) VALUES (?1, ?2)");
    insert.bind(1, std::int64_t{capacity});
    insert.bind(2, std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    insert.step();
  } else if (stored != capacity) {
    throw Failure(
        fmt::format("{}: holds a registry of {} slots, not of {}; start with --capacity "
                    "{}, or with another --data folder",
                    path.string(), stored, capacity, stored));
  }
}

std::uint64_t Registry::count_start() {
  Transaction transaction(database_);
  database_.run("UPDATE collector SET starts = starts + 1");
  const std::int64_t starts = database_.number("SELECT starts FROM collector");
  transaction.commit();
  return static_cast<std::uint64_t>(starts);
}

std::vector<Tenancy> Registry::tenancies() {
  std::vector<Tenancy> tenancies;
  Statement select(database_,
                   "SELECT slot, agent_id, name, registered_unix_ms, interval_ms FROM tenancy"
                   " ORDER BY slot");
  while (select.step()) {
    tenancies.push_back({static_cast<std::uint32_t>(select.number(0)),
                         AgentId{static_cast<std::uint64_t>(select.number(1))},
                         HostName{select.text(2)}, WallTime{Milliseconds{select.number(3)}},
                         Milliseconds{select.number(4)}});
  }
  return tenancies;
}

void Registry::store(std::span<const SlotChange> changes) {
  Transaction transaction(database_);
  // First all that are gone or moved: an agent id may have changed its slot among these.
  for (const SlotChange& change : changes) {
    remove_->bind(1, std::int64_t{change.slot});
    remove_->step();
  }
  for (const SlotChange& change : changes) {
    if (!change.tenancy) continue;
    const Tenancy& tenancy = *change.tenancy;
    put_->bind(1, std::int64_t{tenancy.slot});
    put_->bind(2, static_cast<std::int64_t>(tenancy.agent_id));
    put_->bind(3, tenancy.name.view());
    put_->bind(4, tenancy.registered_at.time_since_epoch().count());
    put_->bind(5, tenancy.interval.count());
    put_->step();
  }
  transaction.commit();
}

}  // namespace flatline
