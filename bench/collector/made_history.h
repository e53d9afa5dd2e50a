#pragma once

// A history's file, made at once.

#include <filesystem>

#include "collector/journal/history_ring.h"

namespace flatline::bench {

/// Returns how many rows were made.
inline std::int64_t make_history(const std::filesystem::path& folder, const HistoryShape& shape) {
  HistoryMaker maker(folder, shape);
  while (!maker.advance()) {
  }
  return maker.rows_made();
}

}  // namespace flatline::bench
