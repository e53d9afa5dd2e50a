#pragma once

// The registry's tables in one SQLite file: who has which slot, the capacity they were given for,
// and how often the collector was started. Used by one thread at a time.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/tenancy.h"

namespace flatline {

/// A slot as it is now: its host, or nobody.
struct SlotChange {
  std::uint32_t slot = 0;
  std::optional<Tenancy> tenancy;
};

class Registry {
 public:
  /// Opens or creates `path`, and brings an older schema forward in one transaction. A new file
  /// counts starts from `now` in seconds, so that no number of a lost file comes again. Throws
  /// SqliteError; Failure for a newer schema or another capacity.
  Registry(const std::filesystem::path& path, std::uint32_t capacity, WallTime now);
  ~Registry();

  /// Counts a start, synced to disk, and returns its number.
  std::uint64_t count_start();
  [[nodiscard]] std::vector<Tenancy> tenancies();

  /// All of them, or, after an error, none.
  void store(std::span<const SlotChange> changes);

 private:
  void migrate(const std::filesystem::path& path);
  void check_capacity(const std::filesystem::path& path, std::uint32_t capacity, WallTime now);

  Database database_;
  std::unique_ptr<Statement> put_;
  std::unique_ptr<Statement> remove_;
};

}  // namespace flatline
