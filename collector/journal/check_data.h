#pragma once

// Checks a data folder that no collector uses: whether its files are sound, and what they hold. It
// changes nothing.

#include <filesystem>
#include <string>

#include "schema/time.h"

namespace flatline {

struct DataReport {
  std::string text;   ///< A table for people, each line with its end.
  bool sound = true;  ///< False if something that was read is broken.
  bool whole = true;  ///< False if something could not be read now, sound or not.
};

/// Reads the whole folder, as far as it can be read. Throws Failure if there is no registry, or if
/// a collector uses the folder.
DataReport check_data(const std::filesystem::path& folder, WallTime now);

/// Prints the report. Returns false if something in the folder is broken or could not be read.
bool print_data(const std::filesystem::path& folder);

}  // namespace flatline
