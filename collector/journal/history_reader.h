#pragma once

// Reads the history on any thread and beside its writer. A reader is one connection, which is made
// for one question and closed after it. Its transactions are short, so that it never holds the
// writer's log up for long. A step that is not whole, or whose page is damaged, counts as not
// there: it is a gap, never health.

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "collector/journal/broken_pages.h"
#include "collector/journal/chunk.h"
#include "collector/journal/sqlite.h"
#include "collector/view/group_bytes.h"
#include "collector/view/history_shape.h"
#include "collector/view/history_step.h"

namespace flatline {

class HistoryReader {
 public:
  /// Throws Failure if there is no history in `folder` yet, if the system does not tell whether
  /// there is, or if a newer version made it. Throws SqliteError, as every function here does.
  /// Damaged pages are noted in `broken`, if it is set.
  explicit HistoryReader(const std::filesystem::path& folder, BrokenPages* broken = nullptr);

  [[nodiscard]] const HistoryShape& shape() const { return shape_; }

  /// The steps from `from` to `to`, both included, that the ring still holds, in ascending order.
  /// Reads one page for each step.
  [[nodiscard]] std::vector<StepHead> list(WallTime from, WallTime to);

  /// Finds the newest whole step at or before `time` and fills `planes`, which has one byte for
  /// each slot of the shape's capacity. Returns nothing if no such step is held. If the step is
  /// older than one step's length there is a gap, and the caller decides what to make of it.
  [[nodiscard]] std::optional<StepHead> read(WallTime time, std::span<std::uint8_t> planes);

  /// Fills the causes of the slots as of step `number`. False, and all of them kNoCause, if the
  /// step holds none or they cannot be read.
  [[nodiscard]] bool read_causes(std::uint64_t number, std::span<std::uint8_t> causes);

  /// Calls `take` for each step from `from` to `to` that holds groups. They ascend, unless the time
  /// is longer than the ring. Reads two pages for each step.
  void read_groups(WallTime from, WallTime to,
                   const std::function<void(const StepHead&, const StoredGroups&)>& take);

  /// What the steps from `from` to `to` say about one slot, in ascending order. Steps that are not
  /// there are left out. Reads one page for each step, or two with causes, whatever the capacity.
  [[nodiscard]] std::vector<SlotStep> read_slot(std::uint32_t slot, WallTime from, WallTime to);

 private:
  template <typename Take>
  void each_step(std::uint32_t chunk, WallTime from, WallTime to, Take&& take);
  [[nodiscard]] bool read_row(std::optional<Blob>& blob, std::int64_t row, ChunkStamp& stamp);
  [[nodiscard]] bool read_chunk_of(std::optional<Blob>& blob, std::uint64_t number,
                                   std::uint32_t index);
  [[nodiscard]] bool read_slots(std::uint64_t number, std::uint32_t chunk,
                                std::span<std::uint8_t> bytes);

  std::filesystem::path file_;
  BrokenPages* broken_;
  Database database_;
  HistoryShape shape_;
  std::vector<std::byte> chunk_;
};

}  // namespace flatline
