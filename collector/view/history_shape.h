#pragma once

// The three numbers that decide on a history file's size: the capacity, how many steps it holds,
// and how far these are apart. A step's number is its wall-clock time divided by the step's length,
// counted from 1970, so that numbers go on growing after a restart. The ring holds a step at its
// number modulo `steps`.

#include <algorithm>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

struct HistoryShape {
  std::uint32_t capacity = kDefaultCapacity;
  std::uint32_t steps = 0;
  Milliseconds step{kDefaultHistoryStep};

  /// How many chunks a step has; each is one row of one database page.
  [[nodiscard]] std::uint32_t chunks() const {
    return (capacity + kSlotsPerHistoryChunk - 1) / kSlotsPerHistoryChunk;
  }
  [[nodiscard]] std::int64_t rows() const { return std::int64_t{steps} * chunks(); }
  [[nodiscard]] std::uint64_t number_at(WallTime time) const {
    const std::int64_t number = time.time_since_epoch() / step;
    return number > 0 ? static_cast<std::uint64_t>(number) : 0;
  }
  /// How many steps lie between those of two views, neither included: the steps that were missed.
  /// The wall clock numbers steps, but no more are counted than passed by the steady clock, so that
  /// setting the wall clock looks like no missed step.
  [[nodiscard]] std::uint64_t steps_between(const Moment& from, const Moment& to) const {
    const std::uint64_t first = number_at(from.wall);
    const std::uint64_t last = number_at(to.wall);
    if (last == first) return 0;
    const auto passed =
        static_cast<std::uint64_t>((to.now - from.now + Duration{step} / 2) / Duration{step});
    const std::uint64_t apart = last > first ? std::min(last - first, passed) : passed;
    return apart > 0 ? apart - 1 : 0;
  }
  /// The row of the history's table where a step's chunk is stored.
  [[nodiscard]] std::int64_t row(std::uint64_t number, std::uint32_t chunk) const {
    return static_cast<std::int64_t>(number % steps) * chunks() + chunk;
  }
  bool operator==(const HistoryShape&) const = default;
};

}  // namespace flatline
