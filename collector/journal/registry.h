#pragma once

// The registry's tables in one SQLite file: who has which slot, who had it before, the capacity
// they were given for, how often the collector was started, the checkpoint, and what operators did.
// Used by one thread at a time.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "collector/journal/action_tables.h"
#include "collector/journal/checkpoint.h"
#include "collector/journal/host_rows.h"
#include "collector/journal/sqlite.h"
#include "collector/view/tenancy.h"

namespace flatline {

/// A slot as it is now: its host, or nobody.
struct SlotChange {
  std::uint32_t slot = 0;
  std::optional<RestoredHost> tenancy;
};

class Registry {
 public:
  enum class Resize { kRefuse, kAllow };

  /// Opens or creates `path`, as of `now`, and brings an older schema forward in one transaction.
  /// With kAllow a registry of another capacity keeps its hosts, their slots and its checkpoint.
  /// A `mode` of kCopy reads all of it, and whatever is done to it is done in memory. Throws
  /// SqliteError (is_corruption() also when SQLite's own check finds the file unsound); Failure for
  /// a newer schema, for another capacity, or for one that hosts do not fit in.
  Registry(const std::filesystem::path& path, std::uint32_t capacity, WallTime now,
           Resize resize = Resize::kRefuse, Database::Mode mode = Database::Mode::kCreate);
  ~Registry();

  /// Counts a start, synced to disk, and returns its number: above all that were counted here, and
  /// no less than `now` in seconds since 1970. So none of a file that was lost, or is newer than
  /// the backup that was put in its place, comes again.
  std::uint64_t count_start(WallTime now);
  /// The next start will be numbered above `number`, whatever the file says: for one that was put
  /// in the place of another.
  void count_from(std::uint64_t number);

  [[nodiscard]] HostRows read_host_rows() { return flatline::read_host_rows(database_); }
  /// Slots without a host that once had one, the oldest freed first.
  [[nodiscard]] std::vector<std::uint32_t> freed_slots();

  /// All of them, or, after an error, none. A host that is no longer where it was has left at
  /// `now`, or when its slot's next host came, and is kept as a tenancy of the past: at most
  /// kPastTenanciesPerSlot times the capacity of them.
  void store(std::span<const SlotChange> changes, WallTime now);

  /// What operators did; all of it, or, after an error, nothing.
  void store(const ActionRows& rows);
  [[nodiscard]] ActionRows read_actions() { return actions_->read(); }

  [[nodiscard]] WriteCost write_checkpoint(const ViewHead& head, const CheckpointTable::Fill& fill);
  [[nodiscard]] CheckpointTable::Held read_checkpoint();

  /// The file at the path is no longer this one. Throws Failure where that cannot be told.
  [[nodiscard]] bool moved() const;
  /// It is, but somebody cut it, emptied it or wrote over its beginning. (Over its middle: SQLite
  /// says so when it reads that again.)
  [[nodiscard]] bool is_damaged();

 private:
  void require_soundness();
  void settle_capacity(std::uint32_t capacity, WallTime now, Resize resize);
  void resize(std::uint32_t from, std::uint32_t to);
  void forget_oldest();
  void make_room_in_log();
  void copy_log();

  std::filesystem::path path_;
  Database database_;
  std::int64_t past_limit_ = 0;
  std::int64_t past_count_ = 0;
  std::int64_t log_pages_ = 0;
  std::int64_t log_limit_ = 0;
  bool log_copied_ = false;  ///< All of it is in the file, too.
  std::unique_ptr<CheckpointTable> checkpoint_;
  std::unique_ptr<ActionTables> actions_;
  std::unique_ptr<Statement> put_;
  std::unique_ptr<Statement> remove_;
  std::unique_ptr<Statement> retire_;
};

}  // namespace flatline
