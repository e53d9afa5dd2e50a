#pragma once

// How often something took how long, counted in fixed buckets: what a histogram of the metrics is
// made of. Counting costs the same whatever is counted. Pure.

#include <array>
#include <cstddef>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

/// How often a duration was at most kDurationBounds[i] and more than the bound before; the last
/// counts those beyond all bounds.
using DurationCounts = std::array<std::uint64_t, kDurationBounds.size() + 1>;

inline void count_duration(DurationCounts& counts, Duration duration) {
  std::size_t place = 0;
  for (const Duration bound : kDurationBounds) place += duration > bound ? 1 : 0;
  ++counts[place];
}

}  // namespace flatline
