#include "collector/journal/registry_rescue.h"

#include <fmt/core.h>

#include <array>

#include "collector/journal/data_folder.h"
#include "collector/journal/row_rescue.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

constexpr int kReadAgainBusyMs = static_cast<int>(kDatabaseBusy.count());
constexpr std::array<const char*, 4> kParts = {"", "-wal", "-shm", "-journal"};

bool has_log(const fs::path& file) {
  return known_presence_of(file.string() + "-wal").size_bytes() > 0;
}

/// Without its log a file may look damaged that is not, so the log is only left out where it holds
/// nothing.
std::unique_ptr<Database> copy_of(const fs::path& file) {
  try {
    return std::make_unique<Database>(file, kReadAgainBusyMs, Database::Mode::kCopyWithLog);
  } catch (const SqliteError& error) {
    if (!error.is_hindrance()) throw;
    if (has_log(file)) throw;
  }
  return std::make_unique<Database>(file, kReadAgainBusyMs, Database::Mode::kCopy);
}

/// Throws SqliteError: is_corruption() if the head of the file is not what it must be, another one
/// if a part of the file cannot be read. (SQLite itself takes what is missing of a page for zeros.)
/// The file's size is another while a part of the log is not copied.
void require_head(const fs::path& file) {
  if (has_log(file)) return;
  const Database database(file, kReadAgainBusyMs, Database::Mode::kReadOnly);
  database.read_through();
  if (!database.has_our_head()) throw SqliteError::corruption("its head is none that we make");
  if (!database.has_its_size()) throw SqliteError::corruption("it has not the size that it states");
}

/// What SQLite finds wrong with a copy. That takes longer than the check at each start, which
/// leaves out whether indexes and tables agree.
std::string damage_of(Database& copy) {
  try {
    return copy.found_by("PRAGMA integrity_check(1)");
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) throw;
    return error.what();
  }
}

/// A copy of which at least the list of its tables can be read; or none.
std::unique_ptr<Database> repaired_copy_of(const fs::path& file) {
  try {
    auto copy = std::make_unique<Database>(file, kReadAgainBusyMs, Database::Mode::kRepairedCopy);
    return copy->number("SELECT count(*) FROM sqlite_schema") > 0 ? std::move(copy) : nullptr;
  } catch (const SqliteError& error) {
    if (error.is_hindrance()) throw;
    return nullptr;
  }
}

/// A number of the damaged registry's only row; 0 if it cannot be read any more.
std::int64_t number_of(Database& damaged, const char* sql) {
  try {
    return damaged.number(sql);
  } catch (const SqliteError& error) {
    if (error.is_hindrance()) throw;
    return 0;
  }
}

/// The capacity that the new registry gets. If another is wanted and allowed, it is resized later,
/// as a sound one would be.
std::uint32_t capacity_to_rescue(Database& damaged, const fs::path& file, std::uint32_t wanted,
                                 Registry::Resize resize) {
  const std::int64_t stored = number_of(damaged, "SELECT capacity FROM collector");
  if (stored == wanted || stored < kMinCapacity || stored > kMaxCapacity || stored % 64 != 0) {
    return wanted;
  }
  if (resize == Registry::Resize::kAllow) return static_cast<std::uint32_t>(stored);
  throw Failure(
      fmt::format("{}: is damaged, and holds a registry of {} slots, not of {}; start with "
                  "--capacity {} first, which saves what can be read",
                  file.string(), stored, wanted, stored));
}

/// What an operator calls the rows of a table.
std::string rows_name(const std::string& table) {
  if (table == "standing_order") return "bans";
  if (table == "tenancy") return "hosts";
  if (table == "past_tenancy") return "hosts of the past";
  if (table == "group_tenancy") return "groups of the past";
  if (table == "cause_name") return "names of checks in the history";
  if (table == "checkpoint") return "pages of what was last heard";
  return "rows of " + table;
}

}  // namespace

SecondReading read_again(const fs::path& file) {
  SecondReading reading;
  try {
    require_head(file);
    reading.copy = copy_of(file);
    reading.damage = damage_of(*reading.copy);
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) throw;
    reading.damage = error.what();
    reading.copy = repaired_copy_of(file);
  }
  return reading;
}

Registry::Rescued replace_registry(const fs::path& file, const SecondReading& reading,
                                   std::uint32_t capacity, Registry::Resize resize) {
  const WallTime now = wall_now();
  if (reading.copy == nullptr) {
    const fs::path aside = set_aside(file, "corrupt", now);
    if (!presence_of(file).is_missing()) {
      throw SqliteError::corruption(reading.damage + "; it cannot be set aside");
    }
    log_warning("{}: {}; set aside as {}, a new registry begins", file.string(), reading.damage,
                aside.string());
    return Registry::Rescued::nothing();
  }
  const fs::path unfinished = file.string() + ".partial";
  std::error_code error;
  for (const char* part : kParts) fs::remove(unfinished.string() + part, error);
  const std::uint32_t stored = capacity_to_rescue(*reading.copy, file, capacity, resize);
  Registry::Rescued rescued;
  {
    Registry fresh(unfinished, stored, now);
    rescued = fresh.rescue(*reading.copy);
  }
  for (const char* part : {"-wal", "-shm"}) fs::remove(unfinished.string() + part, error);
  const fs::path aside = aside_name(file, "corrupt", now);
  replace_database(unfinished, file, aside);
  log_warning("{}: {}; kept as {}, and {} rows of it go on in a new registry", file.string(),
              reading.damage, aside.string(), rescued.rows);
  return rescued;
}

Registry::Rescued Registry::Rescued::nothing() {
  return {0, 0, "all that it held", "all hosts of the past", false};
}

Registry::Rescued Registry::rescue(Database& damaged) {
  Rescued rescued;
  Transaction transaction(database_);
  for (const RescuedTable& table : rescue_rows(damaged, database_)) {
    rescued.rows += table.rows;
    if (table.name == "past_tenancy") rescued.past = table.rows;
    if (table.whole) continue;
    const std::string lost = fmt::format("{} ({} saved)", rows_name(table.name), table.rows);
    rescued.lost += (rescued.lost.empty() ? "" : ", ") + lost;
    if (table.name == "past_tenancy") {
      rescued.lost_of_past = lost;
    } else if (table.name != "checkpoint" && table.name != "group_tenancy" &&
               table.name != "cause_name") {
      rescued.has_present = false;
    }
  }
  transaction.commit();
  const std::int64_t starts = number_of(damaged, "SELECT starts FROM collector");
  if (starts > 0 && starts < std::int64_t{kMaxStartNumber}) {
    count_from(static_cast<std::uint64_t>(starts));
  }
  checkpoint_ = std::make_unique<CheckpointTable>(database_, checkpoint_->capacity());
  groups_ = std::make_unique<GroupTenancies>(database_);
  past_count_ = database_.number("SELECT count(*) FROM past_tenancy");
  copy_log();
  if (!log_copied_) throw Failure(fmt::format("{}: a reader holds its log", path_.string()));
  return rescued;
}

}  // namespace flatline
