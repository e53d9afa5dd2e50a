#pragma once

// The history's file. All rows of the ring are made before the first step. After that each step
// overwrites rows in place, in one transaction that always writes as many pages. Only the journal's
// thread uses this; others read with HistoryReader.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "collector/journal/chunk.h"
#include "collector/journal/sqlite.h"
#include "collector/view/group_bytes.h"
#include "collector/view/history_shape.h"
#include "collector/view/history_step.h"
#include "collector/view/storage_status.h"
#include "collector/view/view.h"

namespace flatline {

/// Makes the file under another name, in turns of bounded length, and gives it its final name once
/// it is whole and synced. What an earlier attempt left is thrown away.
class HistoryMaker {
 public:
  /// With kDamaged and kOther the file that is there goes on in the new one, with every chunk that
  /// can be read, and stays where it is until the new one is finished. A damaged one is kept aside
  /// then; one whose steps hold other chunks, such as one of an older version, is removed. Throws
  /// Failure if the disk has less room than the whole file needs, and SqliteError.
  enum class From { kNothing, kDamaged, kOther };
  HistoryMaker(const std::filesystem::path& folder, const HistoryShape& shape,
               From from = From::kNothing);

  /// Makes some more rows. Returns true when the file is finished; this object has then done its
  /// work.
  bool advance();
  [[nodiscard]] std::int64_t rows_made() const { return rows_made_; }
  /// How many chunks of the old file could not be read.
  [[nodiscard]] std::int64_t rows_lost() const { return rows_lost_; }

 private:
  void make_rows(std::int64_t end);
  [[nodiscard]] std::optional<std::int64_t> old_row(std::int64_t row) const;
  [[nodiscard]] bool read_old(std::int64_t row, std::span<std::byte, kChunkBytes> bytes);
  void finish();

  std::filesystem::path folder_;
  HistoryShape shape_;
  std::int64_t rows_made_ = 0;
  std::int64_t rows_lost_ = 0;
  std::unique_ptr<Database> database_;
  From from_;
  std::unique_ptr<Database> old_;  ///< The file that this is made of, if it is made of one.
  HistoryShape old_shape_;
};

/// Removes what a crash may have left of a file that had gone on in a new one.
void remove_older_history(const std::filesystem::path& folder);

/// Bytes that a history of this shape takes on the disk, its log included.
std::uintmax_t history_file_bytes(const HistoryShape& shape);

class HistoryRing {
 public:
  /// Opens a finished file. Throws Failure if it has another shape or a newer version made it, and
  /// SqliteError.
  HistoryRing(const std::filesystem::path& file, const HistoryShape& shape);

  /// Stores a view as step `number`, all of it or, if it throws, nothing. Throws Failure when a
  /// reader has kept the log from being begun anew for too many steps, and SqliteError.
  WriteCost write(std::uint64_t number, const View& view, const StepWork& work = {});

  /// Wipes a row whose chunk is damaged, and returns whether it was: what it held is a gap from
  /// then on. Throws SqliteError, is_corruption() if it is the row's page that is damaged.
  bool wipe_if_broken(std::int64_t row);

  /// Whether the file at the path is no longer the one that is open here. Throws Failure where the
  /// system does not tell.
  [[nodiscard]] bool moved() const;
  [[nodiscard]] const HistoryShape& shape() const { return shape_; }

 private:
  void write_chunks(ChunkStamp& stamp, std::span<const std::uint8_t> data, std::size_t each,
                    std::optional<Blob>& blob, WriteCost& cost);

  std::filesystem::path file_;
  HistoryShape shape_;
  Database database_;
  std::int64_t wal_frames_ = 0;
  GroupBytes groups_{};
  std::vector<std::uint8_t> bytes_;
  std::vector<std::byte> chunk_;
};

/// The shape that a history file says it has. Throws Failure if a newer version made it, and
/// SqliteError.
HistoryShape read_history_shape(Database& database, const std::filesystem::path& file);

/// Throws a Failure that names both shapes, if `found` is not `wanted`.
void require_shape(const std::filesystem::path& file, const HistoryShape& found,
                   const HistoryShape& wanted);

}  // namespace flatline
