#pragma once

// What a stored step of the history says, about the whole fleet or about one slot.

#include <cstdint>

#include "collector/view/view.h"

namespace flatline {

/// What the collector itself had done by a step. All but `worst_tick` count from the collector's
/// start, so that what was done between two steps is right whichever steps between them were lost.
struct StepWork {
  Duration processor_time{0};  ///< Of all its threads; zero only where a step does not tell.
  std::uint64_t datagrams = 0;
  std::uint64_t datagram_bytes = 0;
  std::uint64_t published_bytes = 0;
  Duration tick_time{0};
  Duration worst_tick{0};  ///< The longest tick since the last step that was stored.
  Instant at{};            ///< When that was, by a clock that nobody sets.
  bool operator==(const StepWork&) const = default;
};

/// What a step says about the whole fleet.
struct StepHead {
  std::uint64_t number = 0;
  WallTime time{};  ///< The time of the view that was stored.
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;  ///< Its high half is the number of the collector's start.
  std::uint32_t flags = 0;
  std::uint32_t doubts = 0;
  Counts counts;
  StepWork work{};
};

/// What a step says about one slot.
struct SlotStep {
  std::uint64_t number = 0;
  WallTime time{};
  std::uint64_t generation = 0;
  std::uint32_t flags = 0;
  std::uint8_t planes = 0;  ///< plane_bit(Plane)
  std::uint8_t cause = 0;   ///< As in View::causes; kNoCause, too, where the step holds no causes.
  std::uint64_t tick = 0;
};

}  // namespace flatline
