#pragma once

// What the sweep reads, for benchmarks of it: as of one fixed moment, from a fixed seed.

#include <cstdint>
#include <random>

#include "collector/fleet/sweep.h"

namespace flatline::bench {

inline constexpr Instant kNow{std::chrono::hours{1}};
inline constexpr WallTime kColumnsWall{std::chrono::hours{1}};

/// Columns in which a share of the slots is healthy and the rest failing or silent; one in eight is
/// drained.
struct Columns {
  Columns(std::uint32_t capacity, unsigned healthy_percent) : columns(capacity, kNow) {
    std::mt19937_64 random(5);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      const bool well = random() % 100 < healthy_percent;
      const bool silent = !well && random() % 2 == 0;
      healthy += well ? 1 : 0;
      if (slot % 8 == 0) columns.set_drained_until(slot, kColumnsWall + std::chrono::seconds{1});
      columns.set_deadline(slot, kNow + (silent ? -1 : 1) * std::chrono::seconds{1});
      columns.verdict(slot) =
          static_cast<std::uint8_t>(plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) |
                                    (well ? plane_bit(Plane::kHealthy) : 0));
    }
  }
  void sweep_into(View& view) const { sweep(columns, kNow, kColumnsWall, view); }

  SlotColumns columns;
  std::uint32_t healthy = 0;
};

/// Words that a sweep reads and writes, for passes over as much memory.
inline std::size_t words_read(std::uint32_t capacity) {
  constexpr std::size_t kSlotBytes =
      sizeof(std::uint8_t) + sizeof(std::uint32_t) + sizeof(std::int32_t);
  return capacity * kSlotBytes / sizeof(std::uint64_t);
}
inline std::size_t words_written(std::uint32_t capacity) {
  constexpr std::size_t kSweptPlanes = kPlanes - 1;  // Flapping is not the sweep's.
  return capacity / 64 * kSweptPlanes;
}

}  // namespace flatline::bench
