#pragma once

// What the sweep reads, for benchmarks of it: as of one fixed moment, from a fixed seed.

#include <cstdint>
#include <random>
#include <vector>

#include "collector/sweep.h"

namespace flatline::bench {

inline constexpr Instant kNow{std::chrono::hours{1}};
inline constexpr WallTime kColumnsWall{std::chrono::hours{1}};

/// Columns in which a share of the slots is healthy and the rest failing or silent; one in eight is
/// drained.
struct Columns {
  Columns(std::uint32_t capacity, unsigned healthy_percent)
      : deadlines(capacity), verdicts(capacity), drained_until(capacity) {
    std::mt19937_64 random(5);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      const bool well = random() % 100 < healthy_percent;
      const bool silent = !well && random() % 2 == 0;
      healthy += well ? 1 : 0;
      if (slot % 8 == 0) drained_until[slot] = kColumnsWall + std::chrono::seconds{1};
      deadlines[slot] = kNow + (silent ? -1 : 1) * std::chrono::seconds{1};
      verdicts[slot] =
          static_cast<std::uint8_t>(plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) |
                                    (well ? plane_bit(Plane::kHealthy) : 0));
    }
  }
  void sweep_into(View& view) const {
    sweep({deadlines, verdicts, drained_until}, kNow, kColumnsWall, view);
  }
  std::vector<Instant> deadlines;
  std::vector<std::uint8_t> verdicts;
  std::vector<WallTime> drained_until;
  std::uint32_t healthy = 0;
};

}  // namespace flatline::bench
