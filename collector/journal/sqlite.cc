#include "collector/journal/sqlite.h"

#include <sqlite3.h>

#include <array>
#include <cstring>

#include "schema/invariant.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

// How a database file begins: https://www.sqlite.org/fileformat2.html#the_database_header
constexpr std::size_t kHeadBytes = 100;
constexpr char kMagic[] = "SQLite format 3";
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kPageCountAt = 28;

[[noreturn]] void fail(sqlite3* database, int code) {
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
      break;
  }
  return SQLITE_OPEN_READONLY;
}

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

}  // namespace

SqliteError SqliteError::corruption(const std::string& text) {
  return {SQLITE_CORRUPT, text};
}

bool SqliteError::is_corruption() const {
  const int primary = code_ & 0xFF;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
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

Database::Database(const std::filesystem::path& path, int busy_ms, Mode mode) : busy_ms_(busy_ms) {
  if (mode == Mode::kCopy) {
    copy_from(path);
  } else {
    open(path.string(), open_flags(mode));
  }
}

void Database::open(const std::string& name, int flags) {
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    const SqliteError error(code, sqlite3_errmsg(handle_));
    close();
    throw error;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_ms_);
}

void Database::copy_from(const std::filesystem::path& path) {
  const auto attempt = [&](const std::string& name, int flags) {
    Database source(busy_ms_);
    source.open(name, flags);
    open(":memory:", open_flags(Mode::kCreate));
    sqlite3_backup* const backup = sqlite3_backup_init(handle_, "main", source.handle_, "main");
    const int code = backup == nullptr ? SQLITE_NOMEM : sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE) return;
    close();
    throw SqliteError(code, sqlite3_errstr(code));
  };
  try {
    attempt(path.string(), open_flags(Mode::kCopy));
  } catch (const SqliteError&) {
    attempt(immutable(path), open_flags(Mode::kCopy) | SQLITE_OPEN_URI);
  }
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
  if (file == nullptr || file->pMethods == nullptr) return false;
  std::array<unsigned char, kHeadBytes> head{};
  sqlite3_int64 size = 0;
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK ||
      file->pMethods->xRead(file, head.data(), static_cast<int>(head.size()), 0) != SQLITE_OK) {
    return false;
  }
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
    const SqliteError error(blob_code(code), sqlite3_errmsg(database.handle_));
    sqlite3_blob_close(handle_);
    throw error;
  }
}

Blob::~Blob() {
  sqlite3_blob_close(handle_);
}

void Blob::move_to(std::int64_t row) {
  const int code = sqlite3_blob_reopen(handle_, row);
  if (code != SQLITE_OK) throw SqliteError(blob_code(code), sqlite3_errmsg(database_.handle_));
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
