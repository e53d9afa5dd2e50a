#pragma once

// What a history file's size follows from: the capacity, how many steps it holds, how far they are
// apart. A step's number is its time in steps since 1970, so that it grows from start to start, and
// its place in the ring is that number's remainder.

#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

struct HistoryShape {
  std::uint32_t capacity = kDefaultCapacity;
  std::uint32_t steps = 0;
  Milliseconds step{kDefaultHistoryStep};

  /// Rows, and pages, of a step.
  [[nodiscard]] std::uint32_t chunks() const {
    return (capacity + kSlotsPerHistoryChunk - 1) / kSlotsPerHistoryChunk;
  }
  [[nodiscard]] std::int64_t rows() const { return std::int64_t{steps} * chunks(); }
  [[nodiscard]] std::uint64_t number_at(WallTime time) const {
    const std::int64_t number = time.time_since_epoch() / step;
    return number > 0 ? static_cast<std::uint64_t>(number) : 0;
  }
  /// The table's row of a step's chunk.
  [[nodiscard]] std::int64_t row(std::uint64_t number, std::uint32_t chunk) const {
    return static_cast<std::int64_t>(number % steps) * chunks() + chunk;
  }
  bool operator==(const HistoryShape&) const = default;
};

}  // namespace flatline
