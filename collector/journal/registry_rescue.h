#pragma once

// What is done about a registry that seems to be damaged. A disk that fails while it is read makes
// a sound file look damaged, too, and SQLite's own check takes a page that it cannot read for a bad
// one. So all of the file is read a second time, into memory, where no disk can fail any more, and
// only what is damaged there counts as damaged. Then every row that can still be read goes into a
// new file, table by table, and the old file is kept beside it.

#include <filesystem>
#include <memory>
#include <string>

#include "collector/journal/registry.h"

namespace flatline {

/// A registry's file as it was read a second time.
struct SecondReading {
  std::unique_ptr<Database> copy;  ///< Empty if it holds nothing of a database.
  std::string damage;              ///< What is wrong with it; empty if it is sound.
};

/// Reads all of the file and its log. Throws SqliteError or Failure where that does not work now,
/// and so proves nothing.
SecondReading read_again(const std::filesystem::path& file);

/// Puts a new registry in the place of a damaged one, with every row that could be read, and keeps
/// the old one as `FILE.corrupt-MILLISECONDS`; a line in the log says so. Nobody may have the file
/// open. What could not be read is returned. Throws Failure where the damaged one has another
/// capacity, or where it is read and cannot be replaced now; and SqliteError. The old file is in
/// its place then.
Registry::Rescued replace_registry(const std::filesystem::path& file, const SecondReading& reading,
                                   std::uint32_t capacity, Registry::Resize resize);

}  // namespace flatline
