#pragma once

// The fleet that is shown: of now or of a past step, all of it or who matches a filter. Pure.

#include <string>
#include <vector>

#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

struct Fleet {
  SummaryAnswer summary;            ///< With the counts of the hosts that are shown.
  BitmapAnswer bitmap;              ///< With their bits alone.
  std::vector<GroupAnswer> groups;  ///< The worst first.
  bool has_quorums = false;         ///< Whether the groups' flags and quorums are known.
};

/// `told.past` must have come where `is_past`, else `told.now`.
Fleet fleet_of(const Told& told, bool is_past);

/// The keys that the collector groups by, in its order.
std::vector<std::string> keys_of(const Told& told);

/// Who is known, not healthy and not drained.
std::uint32_t down_of(const SummaryAnswer& summary);

}  // namespace flatline::cli::screen
