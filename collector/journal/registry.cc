#include "collector/journal/registry.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/journal/registry_schema.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

/// The seconds since 1970, by which starts are numbered, within the numbers that are allowed.
std::int64_t seconds_of(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return std::clamp<std::int64_t>(seconds, 1, kMaxStartNumber);
}

}  // namespace

Registry::Registry(const std::filesystem::path& path, std::uint32_t capacity, WallTime now,
                   Resize resize, Database::Mode mode)
    : path_(path),
      database_(path, static_cast<int>(kDatabaseBusy.count()), mode),
      past_limit_(std::int64_t{kPastTenanciesPerSlot} * capacity) {
  if (!database_.has_our_head()) throw SqliteError::corruption("its head is none that we make");
  database_.run("PRAGMA journal_mode = WAL");
  database_.run("PRAGMA synchronous = FULL");
  database_.run("PRAGMA wal_autocheckpoint = 0");
  require_soundness();
  migrate_registry(database_, path);
  settle_capacity(capacity, now, resize);
  checkpoint_ = std::make_unique<CheckpointTable>(database_, capacity);
  actions_ = std::make_unique<ActionTables>(database_);
  groups_ = std::make_unique<GroupTenancies>(database_);
  log_limit_ = std::int64_t{kRegistryWalCheckpoints} * checkpoint_->chunks() + kRegistryWalPages;
  database_.run(fmt::format("PRAGMA journal_size_limit = {}",
                            log_limit_ * static_cast<std::int64_t>(kDatabasePageBytes))
                    .c_str());
  copy_log();
  past_count_ = database_.number("SELECT count(*) FROM past_tenancy");
  put_ = std::make_unique<Statement>(
      database_,
      "INSERT INTO tenancy (slot, agent_id, name, registered_unix_ms, interval_ms,"
      " drained_until_unix_ms, reset_unix_ms, awaited, labels, drained_from_unix_ms)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  remove_ = std::make_unique<Statement>(database_, "DELETE FROM tenancy WHERE slot = ?1");
  retire_ = std::make_unique<Statement>(
      database_,
      "INSERT INTO past_tenancy (slot, agent_id, name, from_unix_ms, to_unix_ms)"
      " SELECT slot, agent_id, name, registered_unix_ms, max(registered_unix_ms, ?4) FROM tenancy"
      " WHERE slot = ?1 AND NOT (agent_id = ?2 AND registered_unix_ms = ?3)");
  retire_elsewhere_ = std::make_unique<Statement>(
      database_,
      "INSERT INTO past_tenancy (slot, agent_id, name, from_unix_ms, to_unix_ms)"
      " SELECT slot, agent_id, name, registered_unix_ms, max(registered_unix_ms, ?2) FROM tenancy"
      " WHERE agent_id = ?1");
  remove_elsewhere_ =
      std::make_unique<Statement>(database_, "DELETE FROM tenancy WHERE agent_id = ?1");
}

Registry::~Registry() = default;

/// A page that cannot be read is among what SQLite's check finds, so what it finds is no proof that
/// the file is damaged: see registry_rescue.h.
void Registry::require_soundness() {
  const std::string found = database_.found_by("PRAGMA quick_check(1)");
  if (!found.empty()) throw SqliteError::corruption(found);
}

void Registry::settle_capacity(std::uint32_t capacity, WallTime now, Resize resize) {
  const std::int64_t stored = database_.number("SELECT capacity FROM collector");
  if (stored == 0) {
    Statement insert(database_, "INSERT INTO collector (capacity, starts) VALUES (?1, ?2)");
    insert.bind(1, std::int64_t{capacity});
    insert.bind(2, seconds_of(now) - 1);
    insert.step();
  } else if (stored < kMinCapacity || stored > kMaxCapacity || stored % 64 != 0) {
    throw SqliteError::corruption("its capacity is none that we make");
  } else if (stored != capacity && resize == Resize::kAllow) {
    this->resize(static_cast<std::uint32_t>(stored), capacity);
  } else if (stored != capacity) {
    throw Failure(
        fmt::format("{}: holds a registry of {} slots, not of {}; start with --capacity {}, with "
                    "--resize to keep its hosts and begin a new history, or with another --data "
                    "folder",
                    path_.string(), stored, capacity, stored));
  }
}

void Registry::resize(std::uint32_t from, std::uint32_t to) {
  const std::int64_t beyond =
      database_.number(fmt::format("SELECT count(*) FROM tenancy WHERE slot >= {}", to).c_str());
  if (beyond > 0) {
    const std::int64_t highest = database_.number("SELECT max(slot) FROM tenancy");
    throw Failure(
        fmt::format("{}: {} hosts have slots beyond {}; they fit in --capacity {} (of {} now), or "
                    "forget them first",
                    path_.string(), beyond, to, highest / 64 * 64 + 64, from));
  }
  Transaction transaction(database_);
  CheckpointTable::resize(database_, from, to);
  database_.run(fmt::format("UPDATE collector SET capacity = {}", to).c_str());
  transaction.commit();
}

/// A stored number that cannot be true is ignored.
std::uint64_t Registry::count_start(WallTime now) {
  constexpr std::int64_t kMost = kMaxStartNumber;
  const std::int64_t seconds = seconds_of(now);
  Transaction transaction(database_);
  const std::int64_t stored = database_.number("SELECT starts FROM collector");
  const bool possible = stored >= 0 && stored < kMost;
  const std::int64_t next = possible ? std::max(stored + 1, seconds) : seconds;
  database_.run(fmt::format("UPDATE collector SET starts = {}", next).c_str());
  transaction.commit();
  return static_cast<std::uint64_t>(next);
}

void Registry::count_from(std::uint64_t number) {
  Statement update(database_, "UPDATE collector SET starts = max(starts, ?1)");
  update.bind(1, static_cast<std::int64_t>(number));
  update.step();
}

std::vector<std::uint32_t> Registry::freed_slots() {
  std::vector<std::uint32_t> slots;
  Statement select(database_,
                   "SELECT slot FROM past_tenancy WHERE slot NOT IN (SELECT slot FROM tenancy)"
                   " GROUP BY slot ORDER BY max(id)");
  while (select.step()) slots.push_back(static_cast<std::uint32_t>(select.number(0)));
  return slots;
}

void Registry::store(std::span<const SlotChange> changes, WallTime now) {
  make_room_in_log();
  const std::int64_t past_before = past_count_;
  try {
    Transaction transaction(database_);
    // All old hosts are removed first, because an agent may have moved from one of these slots to
    // another.
    for (const SlotChange& change : changes) {
      const WallTime next = change.tenancy ? change.tenancy->registered_at : now;
      retire_->bind(1, std::int64_t{change.slot});
      retire_->bind(2, change.tenancy ? static_cast<std::int64_t>(change.tenancy->agent_id) : 0);
      retire_->bind(3, next.time_since_epoch().count());
      retire_->bind(4, std::min(next, now).time_since_epoch().count());
      retire_->step();
      past_count_ += database_.changes();
      remove_->bind(1, std::int64_t{change.slot});
      remove_->step();
    }
    for (const SlotChange& change : changes) {
      if (!change.tenancy) continue;
      const RestoredHost& tenancy = *change.tenancy;
      // The slot that the agent left may be among later changes, and no agent has two rows.
      retire_elsewhere_->bind(1, static_cast<std::int64_t>(tenancy.agent_id));
      retire_elsewhere_->bind(2, std::min(tenancy.registered_at, now).time_since_epoch().count());
      retire_elsewhere_->step();
      if (const std::int64_t retired = database_.changes(); retired > 0) {
        past_count_ += retired;
        remove_elsewhere_->bind(1, static_cast<std::int64_t>(tenancy.agent_id));
        remove_elsewhere_->step();
      }
      put_->bind(1, std::int64_t{tenancy.slot});
      put_->bind(2, static_cast<std::int64_t>(tenancy.agent_id));
      put_->bind(3, tenancy.name.view());
      put_->bind(4, tenancy.registered_at.time_since_epoch().count());
      put_->bind(5, tenancy.interval.count());
      put_->bind(6, tenancy.drained_until.time_since_epoch().count());
      put_->bind(7, tenancy.reset_at.time_since_epoch().count());
      put_->bind(8, std::int64_t{tenancy.awaited ? 1 : 0});
      put_->bind(9, tenancy.labels.view());
      put_->bind(10, tenancy.drained_from.time_since_epoch().count());
      put_->step();
    }
    forget_oldest();
    transaction.commit();
  } catch (...) {
    past_count_ = past_before;
    throw;
  }
  copy_log();
}

/// Rows got their ids in the order in which tenancies ended, so the lowest ids are the oldest.
void Registry::forget_oldest() {
  if (past_count_ <= past_limit_) return;
  Statement forget(database_,
                   "DELETE FROM past_tenancy WHERE id IN"
                   " (SELECT id FROM past_tenancy ORDER BY id LIMIT ?1)");
  forget.bind(1, past_count_ - past_limit_);
  forget.step();
  past_count_ = past_limit_;
}

void Registry::store(const ActionRows& rows) {
  make_room_in_log();
  actions_->store(rows);
  copy_log();
}

void Registry::store(const GroupTable& table, std::uint64_t confirmed, WallTime now) {
  make_room_in_log();
  groups_->store(table, confirmed, now);
  copy_log();
}

void Registry::store(std::span<const PlacedCause> names) {
  make_room_in_log();
  Transaction transaction(database_);
  store_cause_names(database_, names);
  transaction.commit();
  copy_log();
}

WriteCost Registry::write_checkpoint(const ViewHead& head, const CheckpointTable::Fill& fill) {
  make_room_in_log();
  WriteCost cost = checkpoint_->write(head, fill);
  copy_log();
  cost.wal_frames = log_pages_;
  return cost;
}

CheckpointTable::Held Registry::read_checkpoint() {
  return checkpoint_->read();
}

/// The file itself tells something only when all of the log is copied into it. It is asked twice,
/// because a disk may have read its head wrong.
bool Registry::is_damaged() {
  return log_copied_ && !database_.has_its_size() && !database_.has_its_size();
}

/// While a reader keeps a full log from being begun anew, nothing more is written. What changed
/// stays marked meanwhile.
void Registry::make_room_in_log() {
  if (log_pages_ < log_limit_ || database_.restart_wal()) return;
  throw Failure(fmt::format("{}: a reader holds its log, which is full; changes wait for its end",
                            path_.string()));
}

void Registry::copy_log() {
  const Database::Wal log = database_.copy_wal();
  log_pages_ = log.frames;
  log_copied_ = log.copied == log.frames;
}

bool Registry::moved() const {
  return database_.moved() || known_presence_of(path_.string() + "-wal").is_missing();
}

}  // namespace flatline
