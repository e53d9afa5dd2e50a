#pragma once

// Keeps the registry and the checkpoint going on the journal's thread: stores which slots changed
// their host and what operators did, checkpoints when it is time, and meets every trouble with the
// disk by trying again. A turn tries one transaction of changes. Work that goes through the whole
// file is tried on a constant schedule, however long the trouble lasts. What is to be stored is
// marked in the host table and on the action board, as full state and never as a queue, so nothing
// is lost by waiting.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/journal/action_keeper.h"
#include "collector/journal/broken_pages.h"
#include "collector/journal/cause_keeper.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/disk_watch.h"
#include "collector/journal/loss_note.h"
#include "collector/journal/registry.h"
#include "collector/journal/registry_start.h"
#include "collector/view/host_table.h"
#include "collector/view/view_board.h"

namespace flatline {

class RegistryKeeper {
 public:
  /// Starts the registry (see start_registry). `watch` is told of every answer of the disk.
  /// `broken` is where readers note that the file seems to be damaged, if there are any readers.
  RegistryKeeper(const std::filesystem::path& folder, const RegistryOptions& options,
                 HostTable& host_table, DiskWatch& watch, BrokenPages* broken = nullptr);

  /// What the start found, except its `registry`, which this object has taken over.
  [[nodiscard]] RegistryStart& start() { return start_; }
  /// The newest action of operators that is on the disk.
  [[nodiscard]] std::uint64_t stored_action() const { return actions_.stored_action(); }

  /// Stores what changed. A file that has to be opened again is opened at most once in a
  /// kRegistryRetryPeriod, but with `last`, at the collector's end, in any case.
  void store_changes(FolderLock& lock, Instant now, bool last);
  /// Writes a checkpoint when `period` has passed since the last, or kRegistryRetryPeriod since one
  /// failed; at once with `now`.
  void checkpoint(const ViewBoard& board, Duration period, bool now);

  /// Stores which values have which places among the groups, if that changed. To be called with the
  /// view of every step of the history, before the step is stored.
  void store_groups(const ViewHead& head, const GroupTable& groups);

  /// What was wrong with storing changes, with the checkpoint, or with the places of groups, when
  /// that was last tried. It is empty if nothing was.
  [[nodiscard]] const std::string& trouble() const {
    if (!trouble_.empty()) return trouble_;
    return checkpoint_trouble_.empty() ? groups_trouble_ : checkpoint_trouble_;
  }
  /// What was lost of a damaged file and no operator has seen yet; or empty.
  [[nodiscard]] std::string loss() const { return loss_.told(); }
  [[nodiscard]] const StorageWork& checkpoint_work() const { return checkpoint_work_; }
  [[nodiscard]] std::uint64_t rows_stored() const { return rows_stored_; }

 private:
  void see_to_file();
  void close_file(const std::string& why);
  void suspect(const std::string& damage);
  void settle_suspicion();
  void open_again();
  [[nodiscard]] Instant first_checkpoint(const ViewHead& head, Duration period) const;
  void store(std::span<const std::uint32_t> slots, WallTime now);
  void write_checkpoint();
  [[nodiscard]] std::string meet(const std::exception& error);

  std::filesystem::path file_;
  std::uint32_t capacity_;
  HostTable& host_table_;
  DiskWatch& watch_;
  BrokenPages* broken_;
  ActionKeeper actions_;
  CauseKeeper causes_;
  RegistryStart start_;
  std::unique_ptr<Registry> registry_;
  Registry::Resize resize_;  ///< Resizing is allowed until it is done.
  LossNote loss_;
  std::string suspicion_;   ///< What seems to be wrong with the file, which is closed then.
  bool dismissed_ = false;  ///< A suspicion was, and no checkpoint was written since.
  std::optional<std::int64_t> past_count_;  ///< How many hosts of the past the file held.
  Instant next_open_{};
  View view_;
  std::vector<std::uint8_t> planes_;
  std::uint64_t confirmed_groups_;          ///< The last GroupTable::assignment that was stored.
  bool groups_stored_ = false;              ///< In the file that is open.
  std::optional<Instant> next_checkpoint_;  ///< Empty until the first turn says when.
  std::string trouble_;
  std::string checkpoint_trouble_;
  std::string groups_trouble_;
  StorageWork checkpoint_work_;
  std::uint64_t rows_stored_ = 0;
};

}  // namespace flatline
