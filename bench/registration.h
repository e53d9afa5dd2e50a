#pragma once

// How long it takes until a whole simulated fleet is registered.

#include <algorithm>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline::bench {

/// First contacts are bounded by the tick: a quarter of the capacity a second, or a few.
inline Milliseconds registration_time(std::uint32_t capacity, std::uint32_t hosts,
                                      Milliseconds tick) {
  const std::uint64_t a_second = std::min(capacity / 4, kMaxFirstContactsPerSecond);
  const std::uint64_t a_tick = std::max<std::uint64_t>(
      a_second * static_cast<std::uint64_t>(tick.count()) / 1000, kMinFirstContactsPerTick);
  return static_cast<std::int64_t>(hosts / a_tick + 2) * tick;
}

}  // namespace flatline::bench
