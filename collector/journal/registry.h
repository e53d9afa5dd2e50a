#pragma once

// The registry is one SQLite file. Its tables say who has which slot, who had it before, for which
// capacity slots were given, how often the collector was started, which values had which places
// among the groups, and what operators did; the checkpoint is among them. One thread at a time uses
// it.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "collector/journal/action_tables.h"
#include "collector/journal/cause_table.h"
#include "collector/journal/checkpoint.h"
#include "collector/journal/group_tenancies.h"
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
  /// With kCopy all of it is read into memory, and what is changed is changed there. Throws
  /// SqliteError (is_corruption() also when SQLite's own check finds the file unsound). Throws
  /// Failure for a newer schema, for another capacity without kAllow, and for a capacity in which
  /// the hosts do not fit.
  Registry(const std::filesystem::path& path, std::uint32_t capacity, WallTime now,
           Resize resize = Resize::kRefuse, Database::Mode mode = Database::Mode::kCreate);
  ~Registry();

  /// Counts a start, synced to disk, and returns its number. It is above all numbers that were
  /// counted here, and at least `now` in seconds since 1970. So no number comes again that was
  /// counted in a file that was lost, or in one whose older backup was put in its place.
  std::uint64_t count_start(WallTime now);
  /// Makes the next start's number higher than `number`, whatever the file says. This is for a file
  /// that was put in the place of another.
  void count_from(std::uint64_t number);

  [[nodiscard]] HostRows read_host_rows() { return flatline::read_host_rows(database_); }
  /// Slots without a host that once had one, the oldest freed first.
  [[nodiscard]] std::vector<std::uint32_t> freed_slots();

  /// Stores all changes, or none if it throws. A host that is no longer in its slot left at `now`,
  /// or when the slot's next host came. It is kept as a past tenancy; at most kPastTenanciesPerSlot
  /// times the capacity of those are kept.
  void store(std::span<const SlotChange> changes, WallTime now);

  /// Stores what operators did: all of it, or nothing if it throws.
  void store(const ActionRows& rows);
  /// Stores which checks' names have got which places, all of it or nothing.
  void store(std::span<const PlacedCause> names);
  [[nodiscard]] std::vector<PlacedCause> read_causes() { return read_cause_names(database_); }
  [[nodiscard]] ActionRows read_actions() { return actions_->read(); }

  /// Stores which value has which place in the table of groups (GroupTenancies::store).
  void store(const GroupTable& table, std::uint64_t confirmed, WallTime now);

  [[nodiscard]] WriteCost write_checkpoint(const ViewHead& head, const CheckpointTable::Fill& fill);
  [[nodiscard]] CheckpointTable::Held read_checkpoint();

  /// What was read of a damaged registry.
  struct Rescued {
    std::int64_t rows = 0;
    std::int64_t past = 0;     ///< How many of them are hosts of the past.
    std::string lost;          ///< What was not whole; empty if all was.
    std::string lost_of_past;  ///< The same, of hosts of the past alone.
    /// Whether bans, hosts and actions were whole: all that a start takes over, except what was
    /// last heard.
    bool has_present = true;
    static Rescued nothing();
  };
  /// Takes over every row that can still be read of a damaged registry, which is in memory. This
  /// one must be new. Throws SqliteError, and Failure if a reader is in the way.
  Rescued rescue(Database& damaged);

  /// How many hosts of the past it holds.
  [[nodiscard]] std::int64_t past_count() const { return past_count_; }

  /// Whether the file at the path is no longer the one that is open here. Throws Failure where the
  /// system does not tell.
  [[nodiscard]] bool moved() const;
  /// Whether somebody cut or emptied the open file, or wrote over its beginning. (If it is its
  /// middle that was overwritten, SQLite says so when it reads that again.) Throws SqliteError
  /// where the file cannot be read.
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
  bool log_copied_ = false;  ///< Whether all of the log is in the file, too.
  std::unique_ptr<CheckpointTable> checkpoint_;
  std::unique_ptr<ActionTables> actions_;
  std::unique_ptr<GroupTenancies> groups_;
  std::unique_ptr<Statement> put_;
  std::unique_ptr<Statement> remove_;
  std::unique_ptr<Statement> retire_;
  std::unique_ptr<Statement> retire_elsewhere_;
  std::unique_ptr<Statement> remove_elsewhere_;
};

}  // namespace flatline
