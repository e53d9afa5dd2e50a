#pragma once

// Keeps the history going on the journal's thread: makes the file, stores a step when one is due,
// and meets every trouble with the disk by trying again. Always the newest view: a step whose time
// passed without being stored is lost, counted, and a gap to whoever reads.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/view/view_board.h"

namespace flatline {

class HistoryKeeper {
 public:
  HistoryKeeper(const std::filesystem::path& folder, const HistoryShape& shape);

  /// One turn of bounded length: makes some of the file, or stores the newest view if its step is
  /// not stored yet. True: there is more to make, do not wait for the next tick.
  bool turn(const ViewBoard& board, FolderLock& lock);

  /// What is wrong; empty: nothing.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// Since the last step was stored, too.
  [[nodiscard]] std::uint64_t lost_steps() const { return lost_steps_ + missed(newest_); }
  [[nodiscard]] const WriteCost& last_cost() const { return last_cost_; }
  [[nodiscard]] const StorageWork& work() const { return work_; }

 private:
  bool make(const ViewHead& head);
  void store(const ViewBoard& board);
  void put_aside(const std::string& why);
  [[nodiscard]] std::uint64_t missed(const ViewHead& head) const;

  std::filesystem::path file_;
  HistoryShape shape_;
  std::unique_ptr<HistoryMaker> maker_;
  std::unique_ptr<HistoryRing> ring_;
  View view_;
  ViewHead newest_;                  ///< The newest view that was seen, stored or not.
  std::uint64_t last_number_ = 0;    ///< The last step stored; 0: none yet.
  Moment last_;                      ///< And when its view was made.
  std::uint64_t failed_number_ = 0;  ///< The step in which making the file failed.
  Instant told_at_{};                ///< When the log was last told how far the making is.
  std::uint64_t lost_steps_ = 0;
  WriteCost last_cost_;
  StorageWork work_;
  std::string trouble_;
};

}  // namespace flatline
