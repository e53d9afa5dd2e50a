#pragma once

// Looks at a data folder that no collector uses: whether its files are sound, and what they hold.
// Changes nothing.

#include <filesystem>
#include <string>

#include "schema/time.h"

namespace flatline {

struct DataReport {
  std::string text;  ///< A table for people, lines ended.
  bool sound = true;
};

/// Reads all of it. Throws Failure: there is no registry, or a collector uses the folder.
DataReport check_data(const std::filesystem::path& folder, WallTime now);

/// Prints the report. False: something in the folder is broken.
bool print_data(const std::filesystem::path& folder);

}  // namespace flatline
