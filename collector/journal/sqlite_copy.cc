// Copies of a database in memory. Where a file is read page by page into memory first, whatever is
// read from the copy later is an answer about the file, and no longer about the disk.

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/journal/sqlite.h"
#include "schema/limits.h"

namespace flatline {
namespace {

/// How much of a file is read at once.
constexpr sqlite3_int64 kPieceBytes = 1 << 20;
constexpr auto kPageBytes = static_cast<sqlite3_int64>(kDatabasePageBytes);
static_assert(kPieceBytes % kPageBytes == 0);

/// A URI that opens the file as it is, without locks and without its log, since a log needs a
/// folder that can be written. After a clean end the file has everything in it.
std::string immutable(const std::filesystem::path& path) {
  std::string uri = "file:";
  for (const char letter : path.string()) {
    switch (letter) {
      case '%':
        uri += "%25";
        break;
      case '?':
        uri += "%3f";
        break;
      case '#':
        uri += "%23";
        break;
      default:
        uri += letter;
    }
  }
  return uri + "?immutable=1";
}

/// What the head of each of our files holds at some place, in big-endian order.
/// (https://www.sqlite.org/fileformat2.html#the_database_header)
struct HeadField {
  std::size_t at;
  std::array<unsigned char, 4> bytes;
};
constexpr std::string_view kFirstBytes("SQLite format 3\0", 16);
constexpr std::array<HeadField, 6> kHeadFields = {{
    {16, {kDatabasePageBytes >> 8, kDatabasePageBytes & 0xFF, 2, 2}},  // Versions: with a log.
    {20, {0, 64, 32, 32}},  // No reserved bytes, and fractions that are always these.
    {44, {0, 0, 0, 4}},     // The schema's format.
    {52, {0, 0, 0, 0}},     // No automatic vacuum,
    {56, {0, 0, 0, 1}},     // UTF-8,
    {64, {0, 0, 0, 0}},     // and no incremental vacuum.
}};
constexpr std::size_t kVersionsAt = 18;
constexpr std::size_t kCheckedHeadBytes = 100;

/// Before its first table is made, a file has neither a format nor an encoding.
bool is_unset(const HeadField& field, const unsigned char* head) {
  return (field.at == 44 || field.at == 56) &&
         std::all_of(head + field.at, head + field.at + 4, [](auto byte) { return byte == 0; });
}

bool is_our_head(const unsigned char* head) {
  if (!std::equal(kFirstBytes.begin(), kFirstBytes.end(), head)) return false;
  std::array<unsigned char, kCheckedHeadBytes> ours;
  std::copy_n(head, kCheckedHeadBytes, ours.begin());
  // A file that never had a log.
  if (ours[kVersionsAt] == 1 && ours[kVersionsAt + 1] == 1) {
    ours[kVersionsAt] = ours[kVersionsAt + 1] = 2;
  }
  return std::all_of(kHeadFields.begin(), kHeadFields.end(), [&](const HeadField& field) {
    return std::equal(field.bytes.begin(), field.bytes.end(), ours.begin() + field.at) ||
           is_unset(field, head);
  });
}

/// Overwrites what each of our heads holds, so that a flipped bit in it does not hide all the rest.
/// Memory has no log, and the page count is the file's own.
void repair_head(unsigned char* bytes, sqlite3_int64 size) {
  std::copy(kFirstBytes.begin(), kFirstBytes.end(), bytes);
  for (const HeadField& field : kHeadFields) {
    std::copy(field.bytes.begin(), field.bytes.end(), bytes + field.at);
  }
  bytes[kVersionsAt] = bytes[kVersionsAt + 1] = 1;
  const sqlite3_int64 pages = size / kPageBytes;
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[28 + i] = static_cast<unsigned char>(pages >> (24 - 8 * i));
  }
  std::copy_n(bytes + 24, 4, bytes + 92);  // This makes the page count count.
}

void require_ok(int code) {
  if (code != SQLITE_OK) throw SqliteError(code, sqlite3_errstr(code));
}

/// The file under a connection, and its size.
std::pair<sqlite3_file*, sqlite3_int64> file_of(sqlite3* handle) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  require_ok(file == nullptr || file->pMethods == nullptr ? SQLITE_IOERR_READ : SQLITE_OK);
  sqlite3_int64 size = 0;
  require_ok(file->pMethods->xFileSize(file, &size));
  return {file, size};
}

/// What is done about a page that cannot be read.
enum class Unreadable { kThrow, kLeaveOut };

/// Calls `take(offset, bytes)` for one piece of the file after the other, without cache and log.
/// Reads through SQLite's own descriptor, for the reason that has_its_size() gives.
template <typename Take>
void read_pieces(sqlite3_file* file, sqlite3_int64 size, Unreadable unreadable, Take&& take) {
  std::vector<unsigned char> piece(kPieceBytes);
  const auto read = [&](sqlite3_int64 at, sqlite3_int64 count) {
    const int code = file->pMethods->xRead(file, piece.data(), static_cast<int>(count), at);
    if (code == SQLITE_OK) take(at, std::span(piece).first(static_cast<std::size_t>(count)));
    return code;
  };
  for (sqlite3_int64 at = 0; at < size; at += kPieceBytes) {
    const sqlite3_int64 count = std::min(kPieceBytes, size - at);
    const int code = read(at, count);
    if (code == SQLITE_OK) continue;
    if (unreadable == Unreadable::kThrow) require_ok(code);
    for (sqlite3_int64 page = 0; page < count; page += kPageBytes)
      (void)read(at + page, kPageBytes);
  }
}

}  // namespace

void Database::copy_from(const std::filesystem::path& path, Mode mode) {
  const auto attempt = [&](const std::string& name, int flags) {
    Database source(busy_ms_);
    source.open(name, flags);
    open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3_backup* const backup = sqlite3_backup_init(handle_, "main", source.handle_, "main");
    const int code =
        backup == nullptr ? sqlite3_extended_errcode(handle_) : sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE) return;
    close();
    throw SqliteError(code, sqlite3_errstr(code));
  };
  try {
    attempt(path.string(), SQLITE_OPEN_READONLY);
  } catch (const SqliteError& error) {
    if (!error.is_hindrance() || mode == Mode::kCopyWithLog) throw;
    attempt(immutable(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  }
}

void Database::copy_repaired(const std::filesystem::path& path, Mode mode) {
  Database source(busy_ms_);
  source.open(path.string(), SQLITE_OPEN_READONLY);
  auto [file, size] = file_of(source.handle_);
  size -= size % kPageBytes;
  if (size == 0) throw SqliteError::corruption("it is smaller than a page");
  const auto release = [](unsigned char* bytes) { sqlite3_free(bytes); };
  std::unique_ptr<unsigned char, decltype(release)> bytes(
      static_cast<unsigned char*>(sqlite3_malloc64(static_cast<sqlite3_uint64>(size))));
  require_ok(bytes == nullptr ? SQLITE_NOMEM : SQLITE_OK);
  std::fill_n(bytes.get(), size, static_cast<unsigned char>(0));
  const auto unreadable = mode == Mode::kReadableCopy ? Unreadable::kLeaveOut : Unreadable::kThrow;
  read_pieces(file, size, unreadable, [&](sqlite3_int64 at, std::span<const unsigned char> piece) {
    std::copy(piece.begin(), piece.end(), bytes.get() + at);
  });
  repair_head(bytes.get(), size);
  open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // Whether this succeeds or not, the bytes are the database's.
  const int code =
      sqlite3_deserialize(handle_, "main", bytes.release(), size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
  if (code == SQLITE_OK) return;
  close();
  require_ok(code);
}

bool Database::has_our_head() const {
  sqlite3_file* opened = nullptr;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &opened);
  if (opened == nullptr || opened->pMethods == nullptr) return true;  // It is in memory.
  const auto [file, size] = file_of(handle_);
  if (size == 0) return true;
  std::array<unsigned char, kCheckedHeadBytes> head{};
  const int code = file->pMethods->xRead(file, head.data(), static_cast<int>(head.size()), 0);
  if (code == SQLITE_IOERR_SHORT_READ && size < static_cast<sqlite3_int64>(head.size())) {
    return false;
  }
  require_ok(code);
  return is_our_head(head.data());
}

void Database::read_through(std::int64_t most) const {
  const auto [file, size] = file_of(handle_);
  read_pieces(file, std::min<sqlite3_int64>(size, most), Unreadable::kThrow,
              [](sqlite3_int64, std::span<const unsigned char>) {});
}

}  // namespace flatline
