#pragma once

// What a stored step says: of the whole fleet, or of one slot. Values, for those who look back.

#include <cstdint>

#include "collector/view/view.h"

namespace flatline {

/// What a step says of the whole fleet.
struct StepHead {
  std::uint64_t number = 0;
  WallTime time{};  ///< Of the view that was stored.
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;  ///< Its high half tells the collector's start.
  std::uint32_t flags = 0;
  std::uint32_t doubts = 0;
  Counts counts;
};

/// One slot in one step.
struct SlotStep {
  std::uint64_t number = 0;
  WallTime time{};
  std::uint64_t generation = 0;
  std::uint32_t flags = 0;
  std::uint8_t planes = 0;  ///< plane_bit(Plane)
};

}  // namespace flatline
