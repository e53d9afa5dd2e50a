#pragma once

// Which sizes of a fleet are measured, and for how long.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline::bench {

/// From so many slots on, what the program takes in any case is part of what a slot may take.
inline constexpr std::uint32_t kManySlots = 500'000;

struct SizePlan {
  std::uint32_t hosts = 0;
  Milliseconds interval{1000};

  /// `1000000@5s`
  [[nodiscard]] std::string name() const;
  /// Slots of its collector: whole words of a bitmap.
  [[nodiscard]] std::uint32_t capacity() const;
  /// Its collector's.
  [[nodiscard]] Milliseconds tick() const { return std::min<Milliseconds>(kDefaultTick, interval); }
  /// A step of the history is stored in so many ticks, and the ring is short: a million slots take
  /// 13 MB of disk. What is written does not depend on the ring's length.
  [[nodiscard]] Milliseconds history_step() const { return 10 * tick(); }
  [[nodiscard]] Milliseconds history_keep() const { return 12 * history_step(); }
};

struct Plan {
  std::vector<SizePlan> sizes;
  Milliseconds length{kCheckpointPeriod};  ///< Measured of each: with one checkpoint.
  unsigned messages = 0;                   ///< Kept a host.
  std::filesystem::path report;            ///< Empty: none is written.

  /// The same programs with the fewest slots there can be: what they take in any case.
  [[nodiscard]] SizePlan smallest() const { return {kMinCapacity, sizes.front().interval}; }
};

/// Nothing: help was asked for and is printed. Throws UsageError.
std::optional<Plan> parse_plan(int argc, const char* const* argv);

}  // namespace flatline::bench
