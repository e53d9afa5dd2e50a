#pragma once

// The history's file: all rows of the ring made before the first step, then overwritten in place,
// a step in one transaction of as many pages as ever. Used by the journal's thread alone; others
// read with HistoryReader.

#include <filesystem>
#include <memory>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/history_shape.h"
#include "collector/view/storage_status.h"
#include "collector/view/view.h"

namespace flatline {

/// Makes the file beside its final name, in turns of bounded length; then, whole and synced, it
/// gets that name. What an earlier attempt left is begun anew.
class HistoryMaker {
 public:
  /// Throws Failure: the disk has less room than the whole file needs. SqliteError.
  HistoryMaker(const std::filesystem::path& folder, const HistoryShape& shape);

  /// Makes some more rows. True: the file is finished, and this object has done its work.
  bool advance();
  [[nodiscard]] std::int64_t rows_made() const { return rows_made_; }

 private:
  void make_rows(std::int64_t end);
  void finish();

  std::filesystem::path folder_;
  HistoryShape shape_;
  std::int64_t rows_made_ = 0;
  std::unique_ptr<Database> database_;
};

/// Bytes that a history of this shape takes on the disk, its log included.
std::uintmax_t history_file_bytes(const HistoryShape& shape);

class HistoryRing {
 public:
  /// Opens a finished file. Throws SqliteError; Failure: it is of another shape or a newer version.
  HistoryRing(const std::filesystem::path& file, const HistoryShape& shape);

  /// Stores a view as this step, all of it or, after an error, nothing. Throws Failure when a
  /// reader has kept the log from being begun anew for too many steps.
  WriteCost write(std::uint64_t number, const View& view);

  /// The file at the path is no longer this one. Throws Failure where that cannot be told.
  [[nodiscard]] bool moved() const;
  [[nodiscard]] const HistoryShape& shape() const { return shape_; }

 private:
  std::filesystem::path file_;
  HistoryShape shape_;
  Database database_;
  std::int64_t wal_frames_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::byte> chunk_;
};

/// The shape that a history file says it has. Throws SqliteError; Failure: of a newer version.
HistoryShape read_history_shape(Database& database, const std::filesystem::path& file);

/// Refuses a file of another shape than `wanted`: throws Failure that names both.
void require_shape(const std::filesystem::path& file, const HistoryShape& found,
                   const HistoryShape& wanted);

}  // namespace flatline
