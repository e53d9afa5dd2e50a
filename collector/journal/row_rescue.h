#pragma once

// Reads from a damaged database what can still be read. A bad page hides its rows, or all rows
// below it; the rows beside it are found by asking for ever smaller ranges of keys.

#include <cstdint>
#include <string>
#include <vector>

#include "collector/journal/sqlite.h"

namespace flatline {

struct RescuedTable {
  std::string name;
  std::int64_t rows = 0;  ///< How many rows were read, and stored.
  bool whole = true;      ///< Whether these are all that there were.
};

/// Copies the rows of every table that both databases have into `to`, the most important tables
/// first; columns that one of them lacks are left out. `from` must be in memory, since an error of
/// the disk is no damage. It must be called within a transaction on `to`. Throws SqliteError for
/// what is wrong with `to`, or for lack of memory.
std::vector<RescuedTable> rescue_rows(Database& from, Database& to);

}  // namespace flatline
