#pragma once

// What the collector itself did over time, from stored steps: the line that is to be flat. Pure.

#include <cstdint>
#include <span>
#include <vector>

#include "collector/view/history_step.h"

namespace flatline {

/// What was done in a stretch of time. Its rates are over `time`: that of the steps that tell, from
/// the step before each on, by the collector's steady clock.
struct WorkBucket {
  WallTime from{};
  Duration time{0};
  Duration processor_time{0};
  Duration tick_time{0};
  Duration worst_tick{0};
  std::uint64_t datagrams = 0;
  std::uint64_t datagram_bytes = 0;
  std::uint64_t published_bytes = 0;
  std::uint32_t steps = 0;   ///< How many steps of the bucket are stored.
  std::uint32_t starts = 0;  ///< How often the collector started anew.
  std::uint32_t flags = 0;   ///< The union of the steps' flags.
};

/// Makes `count` buckets of equal length from `from` to `to`. The steps must ascend; those before
/// `from` are allowed, so that the first step in it tells, too. What was done between two steps
/// counts in the later one's bucket, lost steps included. The first step of a start tells nothing,
/// because how long that had lasted is not known.
std::vector<WorkBucket> work_buckets_of(std::span<const StepHead> steps, WallTime from, WallTime to,
                                        std::uint32_t count);

}  // namespace flatline
