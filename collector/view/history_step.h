#pragma once

// What a stored step of the history says, about the whole fleet or about one slot.

#include <cstdint>

#include "collector/view/view.h"

namespace flatline {

/// What a step says about the whole fleet.
struct StepHead {
  std::uint64_t number = 0;
  WallTime time{};  ///< The time of the view that was stored.
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;  ///< Its high half is the number of the collector's start.
  std::uint32_t flags = 0;
  std::uint32_t doubts = 0;
  Counts counts;
};

/// What a step says about one slot.
struct SlotStep {
  std::uint64_t number = 0;
  WallTime time{};
  std::uint64_t generation = 0;
  std::uint32_t flags = 0;
  std::uint8_t planes = 0;  ///< plane_bit(Plane)
};

}  // namespace flatline
