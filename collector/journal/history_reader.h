#pragma once

// Reading the history, by any thread and beside its writer: one reader is one connection, made for
// one question and gone after it, with short transactions, so that it never holds the writer's log
// up for long. A step that is not whole is not there: a gap, never health.

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/history_shape.h"
#include "collector/view/history_step.h"

namespace flatline {

class HistoryReader {
 public:
  /// Throws Failure: there is no history in `folder` yet, or it cannot be told whether there is, or
  /// it is a newer version's; SqliteError, as everything here does.
  explicit HistoryReader(const std::filesystem::path& folder);

  [[nodiscard]] const HistoryShape& shape() const { return shape_; }

  /// The steps from `from` to `to`, both included, that the ring still holds; ascending. Reads a
  /// page a step.
  [[nodiscard]] std::vector<StepHead> list(WallTime from, WallTime to);

  /// The newest whole step at or before `time`, with a byte of planes a slot in `planes` (a place
  /// for each slot of the shape's capacity). Nothing: none is held. The caller says what it makes
  /// of one that is older than a step: there is a gap.
  [[nodiscard]] std::optional<StepHead> read(WallTime time, std::span<std::uint8_t> planes);

  /// One slot from `from` to `to`, ascending, the steps that are not there left out. Reads a page a
  /// step, whatever the capacity.
  [[nodiscard]] std::vector<SlotStep> read_slot(std::uint32_t slot, WallTime from, WallTime to);

 private:
  template <typename Take>
  void each_step(std::uint32_t chunk, WallTime from, WallTime to, Take&& take);
  [[nodiscard]] bool read_whole(std::uint64_t number, std::span<std::uint8_t> planes);

  std::filesystem::path file_;
  Database database_;
  HistoryShape shape_;
  std::vector<std::byte> chunk_;
};

}  // namespace flatline
