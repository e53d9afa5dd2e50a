#include "collector/journal/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "schema/invariant.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

// How a database file begins: https://www.sqlite.org/fileformat2.html#the_database_header
constexpr std::size_t kHeadBytes = 100;
constexpr char kMagic[] = "SQLite format 3";
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kPageCountAt = 28;

/// Whether the last call that failed on one of the connection's files failed to read it. SQLite
/// calls the database malformed then (SQLITE_IOERR_CORRUPTFS), and keeps what the system said to
/// itself.
bool is_read_error(sqlite3* database) {
  int error = 0;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  if (error == EIO || error == ENXIO) return true;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) return false;
  error = 0;
  log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  return error == EIO || error == ENXIO;
}

[[noreturn]] void fail(sqlite3* database, int code) {
  if ((code & 0xFF) == SQLITE_CORRUPT && database != nullptr && is_read_error(database)) {
    throw SqliteError(SQLITE_IOERR_CORRUPTFS, "disk I/O error: a page cannot be read");
  }
  throw SqliteError(code, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

/// SQLite answers with its general error if a blob's row or table is not there. For us that means
/// that the file is not what we once made.
int blob_code(int code) {
  return (code & 0xFF) == SQLITE_ERROR ? SQLITE_CORRUPT : code;
}

int open_flags(Database::Mode mode) {
  switch (mode) {
    case Database::Mode::kCreate:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Mode::kExisting:
      return SQLITE_OPEN_READWRITE;
    case Database::Mode::kReadOnly:
    case Database::Mode::kCopy:
    case Database::Mode::kCopyWithLog:
    case Database::Mode::kRepairedCopy:
    case Database::Mode::kReadableCopy:
      break;
  }
  return SQLITE_OPEN_READONLY;
}

/// Makes the file system that sqlite.h tells of the one that is used, but leaves one in place that
/// somebody else has put there.
void choose_file_system() {
  sqlite3_vfs* const used = sqlite3_vfs_find(nullptr);
  sqlite3_vfs* const wanted = sqlite3_vfs_find("unix-excl");
  if (wanted != nullptr && used == sqlite3_vfs_find("unix")) sqlite3_vfs_register(wanted, 1);
}

}  // namespace

SqliteError SqliteError::corruption(const std::string& text) {
  return {SQLITE_CORRUPT, text};
}

bool SqliteError::is_corruption() const {
  const int primary = code_ & 0xFF;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool SqliteError::is_unreadable() const {
  return code_ == SQLITE_IOERR_CORRUPTFS || code_ == SQLITE_IOERR_READ;
}

bool SqliteError::is_hindrance() const {
  switch (code_ & 0xFF) {
    case SQLITE_AUTH:
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
      return true;
    default:
      return false;
  }
}

bool SqliteError::is_constraint() const {
  return (code_ & 0xFF) == SQLITE_CONSTRAINT;
}

Database::Database(const std::filesystem::path& path, int busy_ms, Mode mode) : busy_ms_(busy_ms) {
  if (mode == Mode::kCopy || mode == Mode::kCopyWithLog) {
    copy_from(path, mode);
  } else if (mode == Mode::kRepairedCopy || mode == Mode::kReadableCopy) {
    copy_repaired(path, mode);
  } else {
    open(path.string(), open_flags(mode));
  }
}

void Database::open(const std::string& name, int flags) {
  static std::once_flag chosen;
  std::call_once(chosen, choose_file_system);
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    const SqliteError error(code, sqlite3_errmsg(handle_));
    close();
    throw error;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_ms_);
}

Database::~Database() {
  close();
}

/// Statements and blobs must not outlive their database: they would keep the file open for good.
void Database::close() {
  INVARIANT(sqlite3_close(handle_) == SQLITE_OK);
  handle_ = nullptr;
}

void Database::run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_, code);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? std::string(statement.text(0)) : std::string{};
}

/// SQLite sets a heading over what it finds, on a line of its own.
std::string Database::found_by(const char* pragma) {
  std::string found = text(pragma);
  if (found == "ok") return {};
  const std::size_t heading = found.starts_with("***") ? found.find('\n') : std::string::npos;
  if (heading != std::string::npos) found.erase(0, heading + 1);
  std::replace(found.begin(), found.end(), '\n', ' ');
  return found;
}

/// SQLite takes a file for gone if the system does not tell, so the system is asked first.
bool Database::moved() const {
  if (known_presence_of(sqlite3_db_filename(handle_, "main")).is_missing()) return true;
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

/// Reads through SQLite's own descriptor. If the file were opened and closed here, SQLite would
/// lose all its locks on it (POSIX locks end with any close).
bool Database::has_its_size() const {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) fail(nullptr, SQLITE_IOERR_READ);
  std::array<unsigned char, kHeadBytes> head{};
  sqlite3_int64 size = 0;
  int code = file->pMethods->xFileSize(file, &size);
  if (code == SQLITE_OK) {
    code = file->pMethods->xRead(file, head.data(), static_cast<int>(head.size()), 0);
  }
  // A file that ends within its head is cut; from any other all of it must be read.
  if (code == SQLITE_IOERR_SHORT_READ && size < static_cast<sqlite3_int64>(head.size())) {
    return false;
  }
  if (code != SQLITE_OK) fail(nullptr, code);
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | head[at + i];
    return value;
  };
  return std::memcmp(head.data(), kMagic, sizeof kMagic) == 0 &&
         size == number(kPageSizeAt, 2) * number(kPageCountAt, 4);
}

/// A reader that holds the log up is no error: the next call goes on.
Database::Wal Database::copy_wal() {
  int frames = 0;
  int copied = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) fail(handle_, code);
  return {frames, copied};
}

bool Database::restart_wal() {
  sqlite3_busy_timeout(handle_, 0);
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(handle_, busy_ms_);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) fail(handle_, code);
  return code == SQLITE_OK;
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

std::int64_t Database::pages_written() const {
  int now = 0;
  int highest = 0;
  sqlite3_db_status(handle_, SQLITE_DBSTATUS_CACHE_WRITE, &now, &highest, 0);
  return now;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database.handle_) {
  const int code =
      sqlite3_prepare_v2(database_, sql.data(), static_cast<int>(sql.size()), &handle_, nullptr);
  if (code != SQLITE_OK) fail(database_, code);
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

void Statement::bind(int parameter, std::int64_t value) {
  const int code = sqlite3_bind_int64(handle_, parameter, value);
  if (code != SQLITE_OK) fail(database_, code);
}

void Statement::bind(int parameter, std::string_view value) {
  const int code = sqlite3_bind_text(handle_, parameter, value.data(),
                                     static_cast<int>(value.size()), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) fail(database_, code);
}

void Statement::bind(int parameter, const Statement& row, int column) {
  const int code =
      sqlite3_bind_value(handle_, parameter, sqlite3_column_value(row.handle_, column));
  if (code != SQLITE_OK) fail(database_, code);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  const int reset = sqlite3_reset(handle_);
  if (code != SQLITE_DONE) fail(database_, reset != SQLITE_OK ? reset : code);
  return false;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  const int size = sqlite3_column_bytes(handle_, column);
  return bytes == nullptr ? std::string_view{}
                          : std::string_view{bytes, static_cast<std::size_t>(size)};
}

Blob::Blob(Database& database, const char* table, const char* column, std::int64_t row, Use use)
    : database_(database) {
  const int code = sqlite3_blob_open(database.handle_, "main", table, column, row,
                                     use == Use::kWrite ? 1 : 0, &handle_);
  if (code != SQLITE_OK) {
    sqlite3_blob_close(handle_);
    fail(database.handle_, blob_code(code));
  }
}

Blob::~Blob() {
  sqlite3_blob_close(handle_);
}

void Blob::move_to(std::int64_t row) {
  const int code = sqlite3_blob_reopen(handle_, row);
  if (code != SQLITE_OK) fail(database_.handle_, blob_code(code));
}

void Blob::read(std::span<std::byte> to) const {
  if (static_cast<std::size_t>(sqlite3_blob_bytes(handle_)) < to.size()) {
    throw SqliteError::corruption("a chunk is too short");
  }
  const int code = sqlite3_blob_read(handle_, to.data(), static_cast<int>(to.size()), 0);
  if (code != SQLITE_OK) fail(database_.handle_, code);
}

void Blob::write(std::span<const std::byte> from) {
  if (static_cast<std::size_t>(sqlite3_blob_bytes(handle_)) != from.size()) {
    throw SqliteError::corruption("a chunk has another size");
  }
  const int code = sqlite3_blob_write(handle_, from.data(), static_cast<int>(from.size()), 0);
  if (code != SQLITE_OK) fail(database_.handle_, code);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.run(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const std::exception&) {
    // SQLite rolled back by itself, as it does after some errors.
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace flatline
