#pragma once

// Keeps the history going on the journal's thread: makes the file, stores a step when one is due,
// and meets every trouble with the disk by trying again. It always stores the newest view. A step
// whose time passed without being stored is lost: it is counted, and readers find a gap.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "collector/journal/broken_pages.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/view/view_board.h"

namespace flatline {

class HistoryKeeper {
 public:
  /// `broken` is where readers note which pages are damaged, if there are any readers.
  /// `before_step` is called with each view before it is stored; it must not throw.
  HistoryKeeper(const std::filesystem::path& folder, const HistoryShape& shape,
                BrokenPages* broken = nullptr,
                std::function<void(const View&)> before_step = nullptr);

  /// Does work of bounded length: makes some of the file, or stores the newest view if its step is
  /// not stored yet. Returns true if there is more to make, so that the caller should not wait for
  /// the next tick.
  bool turn(const ViewBoard& board, FolderLock& lock);

  /// What is wrong, or empty if nothing is.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// Includes the steps that were missed since the last one was stored.
  [[nodiscard]] std::uint64_t lost_steps() const { return lost_steps_ + missed(newest_); }
  [[nodiscard]] const WriteCost& last_cost() const { return last_cost_; }
  [[nodiscard]] const StorageWork& work() const { return work_; }

 private:
  bool make(const ViewHead& head);
  void begin_making(const ViewHead& head);
  void store(const ViewBoard& board);
  void mend();
  void meet_damage(const std::string& damage);
  void require_readable() const;
  void condemn(const std::string& why);
  void put_aside(const std::string& why);
  [[nodiscard]] std::uint64_t missed(const ViewHead& head) const;

  std::filesystem::path file_;
  HistoryShape shape_;
  BrokenPages* broken_;
  std::function<void(const View&)> before_step_;
  std::unique_ptr<HistoryMaker> maker_;
  std::unique_ptr<HistoryRing> ring_;
  View view_;
  ViewHead newest_;                  ///< The newest view that was seen, stored or not.
  Duration worst_tick_{0};           ///< The longest tick since the last step that was stored.
  std::uint64_t last_number_ = 0;    ///< The last step that was stored, or 0.
  Moment last_;                      ///< When the view of that step was made.
  std::uint64_t failed_number_ = 0;  ///< The step in which making the file failed.
  Instant told_at_{};                ///< When the log was last told how far the making is.
  std::uint64_t lost_steps_ = 0;
  bool suspected_ = false;  ///< The file seemed to be damaged, and nothing was stored since.
  WriteCost last_cost_;
  StorageWork work_;
  std::string trouble_;
};

}  // namespace flatline
