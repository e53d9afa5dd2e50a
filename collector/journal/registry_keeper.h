#pragma once

// Keeps the registry and the checkpoint going on the journal's thread: stores which slots changed
// their host and what operators did, checkpoints when it is time, and meets every trouble with the
// disk by trying again. What is to be stored is the roster's marks, full state, never a queue:
// nothing is lost by waiting.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/board.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/disk_watch.h"
#include "collector/journal/lever_keeper.h"
#include "collector/journal/registry.h"
#include "collector/roster.h"

namespace flatline {

class RegistryKeeper {
 public:
  /// Opens or makes the registry, counts this start and reads what it holds. Throws Failure. A
  /// corrupt file is set aside, with a line in the log. `watch` hears of every answer of the disk.
  RegistryKeeper(const std::filesystem::path& folder, std::uint32_t capacity,
                 Registry::Resize resize, Roster& roster, DiskWatch& watch);

  [[nodiscard]] std::uint64_t start_number() const { return start_number_; }
  /// The hosts with what the checkpoint knew of them; and when that was (0: it was never).
  [[nodiscard]] std::vector<Tenancy>& restored() { return restored_; }
  [[nodiscard]] WallTime checkpointed_at() const { return checkpointed_at_; }
  [[nodiscard]] const std::vector<std::uint32_t>& freed() const { return freed_; }

  /// What operators had done.
  [[nodiscard]] const LeverRows& levers() const { return restored_levers_; }
  /// The newest of their actions that is on the disk.
  [[nodiscard]] std::uint64_t stored_action() const { return levers_.stored_action(); }

  /// Stores what changed.
  void store_changes(FolderLock& lock);
  /// Writes a checkpoint when `period` has passed since the last, or at once with `now`.
  void checkpoint(const Board& board, Duration period, bool now);

  /// What is wrong; empty: nothing.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] const StorageWork& checkpoint_work() const { return checkpoint_work_; }
  [[nodiscard]] std::uint64_t rows_stored() const { return rows_stored_; }

 private:
  void open_at_start(Registry::Resize resize);
  void open_again();
  void read_restored();
  void store(std::span<const std::uint32_t> slots, WallTime now);
  void write_checkpoint();
  void meet(const std::exception& error);

  std::filesystem::path file_;
  std::uint32_t capacity_;
  Roster& roster_;
  DiskWatch& watch_;
  LeverKeeper levers_;
  LeverRows restored_levers_;
  std::unique_ptr<Registry> registry_;
  std::uint64_t start_number_ = 0;
  std::vector<Tenancy> restored_;
  std::vector<std::uint32_t> freed_;
  WallTime checkpointed_at_{};
  View view_;
  std::vector<std::uint8_t> planes_;
  std::optional<Instant> next_checkpoint_;  ///< Nothing: the first turn says when.
  std::string trouble_;
  StorageWork checkpoint_work_;
  std::uint64_t rows_stored_ = 0;
};

}  // namespace flatline
