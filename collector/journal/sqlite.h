#pragma once

// SQLite as four small types: a database, a statement, a transaction, a blob that is read and
// written in place. Resources neither copy nor move. Errors are thrown as SqliteError and caught by
// the journal, or by whoever reads.
//
// Databases are opened by SQLite's file system "unix-excl": the process that opens a file keeps all
// others out of it, and its connections share the index of the log in memory. With a file for that
// index (`-shm`), which is mapped, whoever cut it or a bad sector under it would end the program by
// SIGBUS. (https://www.sqlite.org/vfs.html)

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_blob;
struct sqlite3_stmt;

namespace flatline {

class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& text) : std::runtime_error(text), code_(code) {}
  /// Makes an error for what SQLite cannot notice: what was read is not what was once written.
  static SqliteError corruption(const std::string& text);
  /// The file is not a sound database, and will not become one by trying again.
  [[nodiscard]] bool is_corruption() const;
  /// Something is in the way of the file, which says nothing about what is in it: a lock, a
  /// permission, a full or a failing disk.
  [[nodiscard]] bool is_hindrance() const;
  /// The hindrance is a page that could not be read: only opening the file anew tells what it is
  /// then, since the system's error stays with a connection.
  [[nodiscard]] bool is_unreadable() const;
  /// A row that does not fit into its table.
  [[nodiscard]] bool is_constraint() const;

 private:
  int code_;
};

class Database {
 public:
  enum class Mode {
    kCreate,
    kExisting,
    kReadOnly,
    kCopy,
    kCopyWithLog,
    kRepairedCopy,
    kReadableCopy
  };

  /// Opens the file; with kCreate, makes it if it is not there. With the other modes all of it is
  /// read into memory, or an error is thrown, and later writes stay there: kCopyWithLog reads file
  /// and log; kCopy reads the file alone where the log cannot be opened; kRepairedCopy reads the
  /// file alone, and overwrites what our files always hold in their head; kReadableCopy does so,
  /// too, and leaves pages empty that cannot be read. `busy_ms` is how long to
  /// wait for a lock that somebody else holds.
  Database(const std::filesystem::path& path, int busy_ms, Mode mode = Mode::kCreate);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql);
  /// The first column of the first row, as a number; 0 if there is no row.
  [[nodiscard]] std::int64_t number(const char* sql);
  /// The same, as text.
  [[nodiscard]] std::string text(const char* sql);

  /// What a check of SQLite's finds first, such as `quick_check(1)`, on one line; empty if nothing.
  [[nodiscard]] std::string found_by(const char* pragma);

  /// Whether the open file is no longer the one at its path: deleted, or another was put there.
  /// Throws Failure where the system does not tell.
  [[nodiscard]] bool moved() const;

  /// Whether the file itself, without cache and log, begins as a database does and has the size
  /// that it states. The answer means nothing while a part of the log is not copied. Throws
  /// SqliteError where the file cannot be read.
  [[nodiscard]] bool has_its_size() const;

  /// Whether the head of the file, without cache and log, holds what that of each of our files
  /// does. A flipped bit in it can make SQLite read all else wrongly, or refuse it for another
  /// reason. Says yes of an empty file, and in memory. Throws SqliteError where it cannot be read.
  [[nodiscard]] bool has_our_head() const;

  /// Reads the file, without cache and log, up to `most` bytes of it, and throws SqliteError where
  /// that fails. (SQLite itself takes what is missing of a page for zeros.)
  void read_through(std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;

  /// The write-ahead log after its frames were copied into the file, as far as readers let them.
  struct Wal {
    std::int64_t frames = 0;  ///< How many frames are in the log.
    std::int64_t copied = 0;  ///< How many of these are in the file, too.
  };
  Wal copy_wal();
  /// Copies all of the log and lets the next transaction begin it anew. Returns false if a reader
  /// is in the way; it does not wait for the reader.
  [[nodiscard]] bool restart_wal();

  /// Rows changed by the last statement that changed any.
  [[nodiscard]] std::int64_t changes() const;
  /// Pages this connection has written, to the log or the file, since it was opened.
  [[nodiscard]] std::int64_t pages_written() const;

 private:
  friend class Blob;
  friend class Statement;
  explicit Database(int busy_ms) : busy_ms_(busy_ms) {}
  void open(const std::string& name, int flags);
  void close();
  void copy_from(const std::filesystem::path& path, Mode mode);
  void copy_repaired(const std::filesystem::path& path, Mode mode);
  int busy_ms_;
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Parameters count from 1, columns from 0.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view value);
  /// Binds the value of a column of another statement's present row.
  void bind(int parameter, const Statement& row, int column);
  /// Returns true while there is a row. After the last one, and after an error, the statement can
  /// be bound anew.
  bool step();
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string_view text(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// One column of one row, read and written in place; its size never changes. Reading sees the
/// transaction that is open. Writing needs one, and the blob must not outlive it.
class Blob {
 public:
  enum class Use { kRead, kWrite };

  Blob(Database& database, const char* table, const char* column, std::int64_t row, Use use);
  ~Blob();
  Blob(const Blob&) = delete;
  Blob& operator=(const Blob&) = delete;

  /// Moves on to another row. After an error the blob is of no use any more.
  void move_to(std::int64_t row);
  /// Reads from the blob's beginning. The blob must have at least as many bytes as `to`.
  void read(std::span<std::byte> to) const;
  /// Overwrites all of the blob; `from` must have its size.
  void write(std::span<const std::byte> from);

 private:
  Database& database_;
  sqlite3_blob* handle_ = nullptr;
};

/// A transaction that its destructor rolls back, unless it was committed.
class Transaction {
 public:
  enum class Kind { kWrite, kRead };

  explicit Transaction(Database& database, Kind kind = Kind::kWrite);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace flatline
