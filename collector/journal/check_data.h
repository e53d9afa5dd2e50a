#pragma once

// Looks at a data folder that no collector uses: whether its files are sound, and what they hold.
// Changes nothing.

#include <filesystem>
#include <string>

#include "schema/time.h"

namespace flatline {

struct DataReport {
  std::string text;   ///< A table for people, lines ended.
  bool sound = true;  ///< What could be read.
  bool whole = true;  ///< False: something could not be read now, be it sound or not.
};

/// Reads all of it, as far as it can be read. Throws Failure: there is no registry, or a collector
/// uses the folder.
DataReport check_data(const std::filesystem::path& folder, WallTime now);

/// Prints the report. False: something in the folder is broken, or could not be read.
bool print_data(const std::filesystem::path& folder);

}  // namespace flatline
