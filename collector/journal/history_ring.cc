#include "collector/journal/history_ring.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "collector/journal/data_folder.h"
#include "collector/view/slot_bytes.h"
#include "schema/invariant.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

/// Version 1 had no column `holds`: its steps hold planes alone.
constexpr std::int64_t kHistoryVersion = 2;
constexpr std::int64_t kHoldsGroups = 1;
constexpr std::int64_t kHoldsCauses = 2;
/// What a file is called that has gone on in a new one, until it is removed.
constexpr const char* kOlderHistoryFile = "history.db.older";
constexpr int kHistoryBusyMs = static_cast<int>(kDatabaseBusy.count());
/// A frame of the write-ahead log is a page behind a head of 24 bytes, and the log begins with a
/// head of its own.
constexpr std::int64_t kFrameBytes = kDatabasePageBytes + 24;
constexpr std::int64_t kWalHeadBytes = 32;

std::string shape_text(const HistoryShape& shape) {
  return fmt::format("{} steps of {} for {} slots", shape.steps, format_duration(shape.step),
                     shape.capacity);
}

std::unique_ptr<Database> begin_file(const fs::path& folder, const HistoryShape& shape) {
  const fs::path unfinished = folder / kUnfinishedHistoryFile;
  std::error_code error;
  for (const char* part : {"", "-wal", "-shm", "-journal"}) {
    fs::remove(unfinished.string() + part, error);
  }
  const std::uintmax_t needed = history_file_bytes(shape);
  const fs::space_info space = fs::space(folder, error);
  if (!error && space.available < needed) {
    throw Failure(
        fmt::format("{}: the history needs {} MiB, {} has {} MiB free; make room, or keep less "
                    "(history_keep, history_step)",
                    (folder / kHistoryFile).string(), (needed >> 20) + 1, folder.string(),
                    space.available >> 20));
  }
  auto database = std::make_unique<Database>(unfinished, kHistoryBusyMs);
  database->run(fmt::format("PRAGMA page_size = {}", kDatabasePageBytes).c_str());
  // No rollback journal is needed, because a file whose making fails is begun anew. Each turn is
  // synced.
  database->run("PRAGMA journal_mode = OFF");
  database->run("PRAGMA synchronous = NORMAL");
  database->run(
      "CREATE TABLE ring (capacity INTEGER NOT NULL, steps INTEGER NOT NULL,"
      " step_ms INTEGER NOT NULL, holds INTEGER NOT NULL) STRICT;"
      "CREATE TABLE chunk (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;");
  Statement ring(*database,
                 "INSERT INTO ring (capacity, steps, step_ms, holds)"
                 " VALUES (?1, ?2, ?3, ?4)");
  ring.bind(1, std::int64_t{shape.capacity});
  ring.bind(2, std::int64_t{shape.steps});
  ring.bind(3, shape.step.count());
  ring.bind(4, (shape.groups ? kHoldsGroups : 0) | (shape.causes ? kHoldsCauses : 0));
  ring.step();
  database->run(fmt::format("PRAGMA user_version = {}", kHistoryVersion).c_str());
  return database;
}

}  // namespace

std::uintmax_t history_file_bytes(const HistoryShape& shape) {
  // Besides the chunks' pages there are those of the tree over them, one for each three hundred
  // chunks, and some of the schema.
  const auto pages = static_cast<std::uintmax_t>(shape.rows());
  const std::uintmax_t log = std::uintmax_t{kHistoryWalSteps + 1} * shape.chunks() *
                             static_cast<std::uintmax_t>(kFrameBytes);
  return (pages + pages / 300 + 16) * kDatabasePageBytes + log;
}

HistoryMaker::HistoryMaker(const fs::path& folder, const HistoryShape& shape, From from)
    : folder_(folder), shape_(shape), database_(begin_file(folder, shape)), from_(from) {
  if (from == From::kNothing) return;
  const fs::path file = folder / kHistoryFile;
  old_ = std::make_unique<Database>(file, kHistoryBusyMs, Database::Mode::kReadOnly);
  old_shape_ = from == From::kOther ? read_history_shape(*old_, file) : shape;
  if (!old_shape_.has_size_of(shape)) require_shape(file, old_shape_, shape);
}

bool HistoryMaker::advance() {
  INVARIANT(database_ != nullptr);
  make_rows(std::min(rows_made_ + kHistoryRowsPerTurn, shape_.rows()));
  if (rows_made_ < shape_.rows()) return false;
  finish();
  return true;
}

void HistoryMaker::make_rows(std::int64_t end) {
  Transaction transaction(*database_);
  Statement empty(*database_, "INSERT INTO chunk (id, bytes) VALUES (?1, zeroblob(?2))");
  Statement copied(*database_, "INSERT INTO chunk (id, bytes) VALUES (?1, CAST(?2 AS BLOB))");
  std::array<std::byte, kChunkBytes> bytes;
  for (std::int64_t row = rows_made_; row < end; ++row) {
    const bool old = old_ != nullptr && read_old(row, bytes);
    Statement& insert = old ? copied : empty;
    insert.bind(1, row);
    if (old) {
      insert.bind(2, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    } else {
      insert.bind(2, static_cast<std::int64_t>(kChunkBytes));
    }
    insert.step();
  }
  transaction.commit();
  rows_made_ = end;
}

/// Where the old file has what this row holds; nothing if its steps do not hold it.
std::optional<std::int64_t> HistoryMaker::old_row(std::int64_t row) const {
  const auto index = static_cast<std::uint32_t>(row % shape_.chunks());
  const bool is_cause = shape_.causes && index >= shape_.cause_chunk();
  const bool is_group = index >= shape_.group_chunk() && !is_cause;
  if ((is_cause && !old_shape_.causes) || (is_group && !old_shape_.groups)) return std::nullopt;
  const std::uint32_t old_index =
      is_cause ? old_shape_.cause_chunk() + index - shape_.cause_chunk() : index;
  return row / shape_.chunks() * old_shape_.chunks() + old_index;
}

/// Reads a chunk of the old file. False if it holds nothing, or nothing that can be read. Each
/// chunk is looked up by itself, since after a damaged one no other can be found from there.
bool HistoryMaker::read_old(std::int64_t row, std::span<std::byte, kChunkBytes> bytes) {
  const auto there = old_row(row);
  if (!there) return false;
  try {
    const Blob blob(*old_, "chunk", "bytes", *there, Blob::Use::kRead);
    blob.read(bytes);
    ChunkStamp stamp;
    const ChunkState state = read_chunk(bytes, stamp);
    if (state == ChunkState::kBroken) ++rows_lost_;
    return state == ChunkState::kWhole;
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) throw;
    ++rows_lost_;
    return false;
  }
}

void HistoryMaker::finish() {
  database_->run("PRAGMA journal_mode = WAL");
  database_.reset();
  const fs::path file = folder_ / kHistoryFile;
  if (old_) {
    old_.reset();
    const fs::path aside = from_ == From::kDamaged ? aside_name(file, "corrupt", wall_now())
                                                   : folder_ / kOlderHistoryFile;
    if (from_ == From::kOther) remove_older_history(folder_);
    replace_database(folder_ / kUnfinishedHistoryFile, file, aside);
    if (from_ == From::kOther) remove_older_history(folder_);
    return;
  }
  // SQLite would take a log that was left without its database for the log of the new one.
  if (known_presence_of(file.string() + "-wal").is_there()) set_aside(file, "lost", wall_now());
  sync_path(folder_ / kUnfinishedHistoryFile);
  std::error_code error;
  fs::rename(folder_ / kUnfinishedHistoryFile, file, error);
  if (error) {
    throw Failure(fmt::format("{}: cannot rename {} to it: {}", file.string(),
                              kUnfinishedHistoryFile, error.message()));
  }
  sync_path(folder_);
}

void remove_older_history(const fs::path& folder) {
  std::error_code error;
  for (const char* part : {"", "-wal"}) {
    fs::remove((folder / kOlderHistoryFile).string() + part, error);
  }
}

HistoryShape read_history_shape(Database& database, const fs::path& file) {
  const std::int64_t version = database.number("PRAGMA user_version");
  if (version > kHistoryVersion) {
    throw Failure(
        fmt::format("{}: written by a newer flatline (schema {}, this one knows {}); use "
                    "that version, or another --data folder",
                    file.string(), version, kHistoryVersion));
  }
  if (version < 1) throw SqliteError::corruption("it is no history");
  const std::string holds = version > 1 ? "holds" : "0";
  Statement select(database, "SELECT capacity, steps, step_ms, " + holds + " FROM ring");
  if (!select.step()) throw SqliteError::corruption("it does not say of what shape it is");
  HistoryShape shape;
  const std::int64_t capacity = select.number(0);
  const std::int64_t steps = select.number(1);
  shape.step = Milliseconds{select.number(2)};
  const bool possible = capacity >= kMinCapacity && capacity <= kMaxCapacity &&
                        capacity % 64 == 0 && steps >= kMinHistorySteps &&
                        steps <= kMaxHistorySteps && shape.step >= kMinHistoryStep &&
                        shape.step <= kMaxHistoryStep && select.number(3) >= 0 &&
                        select.number(3) <= (kHoldsGroups | kHoldsCauses);
  if (!possible) throw SqliteError::corruption("its shape is none that we make");
  shape.capacity = static_cast<std::uint32_t>(capacity);
  shape.steps = static_cast<std::uint32_t>(steps);
  shape.groups = (select.number(3) & kHoldsGroups) != 0;
  shape.causes = (select.number(3) & kHoldsCauses) != 0;
  return shape;
}

void require_shape(const fs::path& file, const HistoryShape& found, const HistoryShape& wanted) {
  if (found == wanted) return;
  throw Failure(
      fmt::format("{}: holds {}, not {}; start with --capacity {} --history-step {} --history-keep "
                  "{}, or with --resize, which sets it aside and begins a new one",
                  file.string(), shape_text(found), shape_text(wanted), found.capacity,
                  format_duration(found.step), format_duration(found.step * found.steps)));
}

HistoryRing::HistoryRing(const fs::path& file, const HistoryShape& shape)
    : file_(file),
      shape_(shape),
      database_(file, kHistoryBusyMs, Database::Mode::kExisting),
      bytes_(shape.capacity),
      chunk_(kChunkBytes) {
  require_shape(file, read_history_shape(database_, file), shape);
  // The log is synced when it is copied and not before, so a power cut can take the newest steps
  // back, and nothing else can.
  database_.run("PRAGMA synchronous = NORMAL");
  database_.run("PRAGMA wal_autocheckpoint = 0");
  database_.run(fmt::format("PRAGMA cache_size = {}", shape.chunks() + kHistoryTreePages).c_str());
  database_.run(
      fmt::format("PRAGMA journal_size_limit = {}", kWalHeadBytes + shape.chunks() * kFrameBytes)
          .c_str());
  wal_frames_ = database_.copy_wal().frames;
}

/// Writes `data` into the next chunks of a step, `each` bytes into each.
void HistoryRing::write_chunks(ChunkStamp& stamp, std::span<const std::uint8_t> data,
                               std::size_t each, std::optional<Blob>& blob, WriteCost& cost) {
  const std::span<std::byte, kChunkBytes> chunk(chunk_.data(), kChunkBytes);
  for (std::size_t first = 0; first < data.size(); first += each, ++stamp.index) {
    const std::int64_t row = shape_.row(stamp.number, stamp.index);
    if (blob) {
      blob->move_to(row);
    } else {
      blob.emplace(database_, "chunk", "bytes", row, Blob::Use::kWrite);
    }
    write_chunk(stamp, data.subspan(first, std::min(each, data.size() - first)), chunk);
    blob->write(chunk);
    ++cost.rows;
    cost.bytes += static_cast<std::int64_t>(chunk.size());
  }
}

WriteCost HistoryRing::write(std::uint64_t number, const View& view, const StepWork& work) {
  if (wal_frames_ >= std::int64_t{kHistoryWalSteps} * shape_.chunks() && !database_.restart_wal()) {
    throw Failure(fmt::format(
        "{}: a reader holds its log, which is full; steps are lost until it ends", file_.string()));
  }
  to_slot_bytes(view, bytes_);
  to_group_bytes(view.groups, groups_);
  const std::int64_t pages_before = database_.pages_written();
  WriteCost cost;
  Transaction transaction(database_);
  {
    ChunkStamp stamp = stamp_of(view.head, number, shape_.chunks());
    stamp.work = stamped(work);
    std::optional<Blob> blob;
    write_chunks(stamp, bytes_, kSlotsPerHistoryChunk, blob, cost);
    if (shape_.groups) write_chunks(stamp, groups_, kChunkDataBytes, blob, cost);
    if (shape_.causes) write_chunks(stamp, view.causes, kSlotsPerHistoryChunk, blob, cost);
    INVARIANT(stamp.index == shape_.chunks());
  }
  transaction.commit();
  cost.pages = database_.pages_written() - pages_before;
  wal_frames_ += cost.pages;  // Counted even if the copying fails.
  cost.wal_frames = wal_frames_ = database_.copy_wal().frames;
  return cost;
}

bool HistoryRing::wipe_if_broken(std::int64_t row) {
  const std::span<std::byte, kChunkBytes> chunk(chunk_.data(), kChunkBytes);
  Transaction transaction(database_);
  {
    Blob blob(database_, "chunk", "bytes", row, Blob::Use::kWrite);
    blob.read(chunk);
    ChunkStamp stamp;
    if (read_chunk(chunk, stamp) != ChunkState::kBroken) return false;
    std::fill(chunk.begin(), chunk.end(), std::byte{0});
    blob.write(chunk);
  }
  transaction.commit();
  wal_frames_ = database_.copy_wal().frames;
  return true;
}

/// A file that has lost its log counts as moved, too: readers would find another log than the one
/// that we write.
bool HistoryRing::moved() const {
  return database_.moved() || known_presence_of(file_.string() + "-wal").is_missing();
}

}  // namespace flatline
