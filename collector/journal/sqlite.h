#pragma once

// SQLite as three small types: a database, a statement, a transaction. Resources neither copy nor
// move. Errors are thrown as SqliteError and caught by the journal.

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace flatline {

class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& text) : std::runtime_error(text), code_(code) {}
  /// The file is not a sound database: it will not become one by trying again.
  [[nodiscard]] bool is_corruption() const;

 private:
  int code_;
};

class Database {
 public:
  /// Opens or creates. `busy` is how long a lock held by somebody else is waited for.
  Database(const std::filesystem::path& path, int busy_ms);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql);
  /// The first column of the first row, as a number; 0 if there is no row.
  [[nodiscard]] std::int64_t number(const char* sql);

 private:
  friend class Statement;
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
  /// True while there is a row. After the last one, and after an error, it can be bound anew.
  bool step();
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string_view text(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// Rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace flatline
