#include "collector/journal/row_rescue.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "schema/limits.h"

namespace flatline {
namespace {

/// What must not be lost comes first: who is kept out, who is watched, what operators did. The
/// checkpoint comes last, because it is the largest and the next one replaces it.
constexpr const char* kTables =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'collector'"
    " AND name NOT LIKE 'sqlite%' ORDER BY CASE name WHEN 'standing_order' THEN 0"
    " WHEN 'tenancy' THEN 1 WHEN 'freeze' THEN 2 WHEN 'group_tenancy' THEN 7"
    " WHEN 'past_tenancy' THEN 8 WHEN 'checkpoint' THEN 9 ELSE 3 END";

std::vector<std::string> texts(Database& database, const std::string& sql) {
  std::vector<std::string> found;
  Statement select(database, sql);
  while (select.step()) found.emplace_back(select.text(0));
  return found;
}

std::vector<std::string> columns_of(Database& database, const std::string& table) {
  return texts(database, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
}

/// The rows of a checkpoint are there already, as many as the capacity wants, and keep their size.
std::string storing(const std::string& table, const std::vector<std::string>& columns) {
  if (table == "checkpoint") {
    return "UPDATE checkpoint SET bytes = ?2 WHERE id = ?1 AND length(bytes) = length(?2)";
  }
  std::string places;
  for (std::size_t i = 0; i < columns.size(); ++i) places += fmt::format(", ?{}", i + 1);
  return fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({})", table, fmt::join(columns, ", "),
                     places.substr(2));
}

/// One table's rows on their way. All our tables have row ids for keys.
class Rows {
 public:
  Rows(Database& from, Database& to, RescuedTable& table, const std::vector<std::string>& columns)
      : to_(to),
        table_(table),
        columns_(static_cast<int>(columns.size())),
        select_(from, fmt::format("SELECT {}, rowid FROM {} WHERE rowid BETWEEN ?1 AND ?2"
                                  " ORDER BY rowid",
                                  fmt::join(columns, ", "), table.name)),
        put_(to, storing(table.name, columns)) {}

  /// Copies the rows from `first` to `last`. Where reading fails, both halves of what is left are
  /// tried by themselves, until the row that cannot be read is alone.
  void copy(std::int64_t first, std::int64_t last) {
    if (failures_ >= kRescueFailures) return;
    select_.bind(1, first);
    select_.bind(2, last);
    while (read()) {
      first = std::max(first, select_.number(columns_) + 1);
      put();
    }
    if (!failed_) return;
    ++failures_;
    table_.whole = false;
    if (first >= last) return;
    const std::int64_t middle = first + (last - first) / 2;
    copy(first, middle);
    copy(middle + 1, last);
  }

 private:
  bool read() {
    failed_ = false;
    try {
      return select_.step();
    } catch (const SqliteError& error) {
      if (error.is_hindrance()) throw;
      failed_ = true;
      return false;
    }
  }

  /// A row that does not fit into its table cannot be what we once stored.
  void put() {
    for (int i = 0; i < columns_; ++i) put_.bind(i + 1, select_, i);
    std::int64_t stored = 0;
    try {
      put_.step();
      stored = to_.changes();
    } catch (const SqliteError& error) {
      if (!error.is_constraint()) throw;
    }
    table_.rows += stored;
    if (stored == 0) table_.whole = false;
  }

  Database& to_;
  RescuedTable& table_;
  int columns_;
  Statement select_;
  Statement put_;
  bool failed_ = false;
  unsigned failures_ = 0;
};

/// The columns that both have. It is empty if the damaged one does not have the table.
std::vector<std::string> common_columns(Database& from, Database& to, const std::string& table) {
  const std::vector<std::string> there = columns_of(from, table);
  std::vector<std::string> columns = columns_of(to, table);
  std::erase_if(columns, [&](const std::string& column) {
    return std::find(there.begin(), there.end(), column) == there.end();
  });
  return columns;
}

/// A table that the damaged database does not have counts as lost.
void rescue_table(Database& from, Database& to, RescuedTable& table) {
  std::vector<std::string> columns;
  try {
    columns = common_columns(from, to, table.name);
    const Statement readable(from, fmt::format("SELECT rowid FROM {}", table.name));
  } catch (const SqliteError& error) {
    if (error.is_hindrance()) throw;
    columns.clear();
  }
  if (columns.empty()) {
    table.whole = false;
    return;
  }
  Rows rows(from, to, table, columns);
  rows.copy(0, std::numeric_limits<std::int64_t>::max() - 1);
}

}  // namespace

std::vector<RescuedTable> rescue_rows(Database& from, Database& to) {
  std::vector<RescuedTable> tables;
  for (const std::string& name : texts(to, kTables)) {
    rescue_table(from, to, tables.emplace_back(RescuedTable{name, 0, true}));
  }
  return tables;
}

}  // namespace flatline
