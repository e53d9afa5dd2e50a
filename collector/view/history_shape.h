#pragma once

// What a history file's size follows from: the capacity, how many steps it holds, how far they are
// apart. A step's number is its time in steps since 1970, so that it grows from start to start, and
// its place in the ring is that number's remainder.

#include <algorithm>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

/// When a view was made, by both clocks.
struct BothTimes {
  WallTime time{};
  Instant at{};
};

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
  /// Steps between those of two moments, neither included. The wall clock numbers them; the steady
  /// one has a say, so that a wall clock that was set loses nothing.
  [[nodiscard]] std::uint64_t steps_between(const BothTimes& from, const BothTimes& to) const {
    const std::uint64_t first = number_at(from.time);
    const std::uint64_t last = number_at(to.time);
    if (last == first) return 0;
    const auto passed =
        static_cast<std::uint64_t>((to.at - from.at + Duration{step} / 2) / Duration{step});
    const std::uint64_t apart = last > first ? std::min(last - first, passed) : passed;
    return apart > 0 ? apart - 1 : 0;
  }
  /// The table's row of a step's chunk.
  [[nodiscard]] std::int64_t row(std::uint64_t number, std::uint32_t chunk) const {
    return static_cast<std::int64_t>(number % steps) * chunks() + chunk;
  }
  bool operator==(const HistoryShape&) const = default;
};

}  // namespace flatline
