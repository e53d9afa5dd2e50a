#pragma once

// What decides on a history file's size: the capacity, how many steps it holds, how far these are
// apart, and what each of them holds beside the planes. A step's number is its wall-clock time
// divided by the step's length, counted from 1970, so that numbers go on growing after a restart.
// The ring holds a step at its number modulo `steps`.

#include <algorithm>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

struct HistoryShape {
  std::uint32_t capacity = kDefaultCapacity;
  std::uint32_t steps = 0;
  Milliseconds step{kDefaultHistoryStep};
  bool groups = false;  ///< A step holds the group table.
  bool causes = false;  ///< A step holds a second byte a slot, its cause.

  /// How many chunks hold a byte a slot.
  [[nodiscard]] std::uint32_t slot_chunks() const {
    return (capacity + kSlotsPerHistoryChunk - 1) / kSlotsPerHistoryChunk;
  }
  /// How many chunks a step has; each is one row of one database page. Those of the planes come
  /// first, then those of the group table, then those of the causes. So a file with fewer of them
  /// is taken forward without a change to any chunk.
  [[nodiscard]] std::uint32_t chunks() const {
    return group_chunk() + (groups ? kHistoryGroupChunks : 0) + (causes ? slot_chunks() : 0);
  }
  /// The first of the chunks that hold the group table, if a step has them.
  [[nodiscard]] std::uint32_t group_chunk() const { return slot_chunks(); }
  /// The first of the chunks that hold causes, if a step has them.
  [[nodiscard]] std::uint32_t cause_chunk() const {
    return group_chunk() + (groups ? kHistoryGroupChunks : 0);
  }
  /// Whether both hold as many steps of as many slots; what else a step holds may differ.
  [[nodiscard]] bool has_size_of(const HistoryShape& other) const {
    return capacity == other.capacity && steps == other.steps && step == other.step;
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
