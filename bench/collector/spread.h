#pragma once

// Slots and agent ids in no order that memory could foresee, and the same in every run.

#include <cstdint>
#include <vector>

#include "schema/wire/identity.h"

namespace flatline::bench {

/// A prime: whole strides come by every place of a table before any of them twice.
inline constexpr std::uint32_t kStride = 7919;

/// Spread as keyed hashes are (splitmix64's finalizer), and all different.
inline std::vector<AgentId> spread_ids(std::uint32_t count) {
  std::vector<AgentId> ids;
  for (std::uint64_t id = 1; id <= count; ++id) {
    std::uint64_t mixed = id;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
    ids.push_back(AgentId{mixed ^ mixed >> 31});
  }
  return ids;
}

}  // namespace flatline::bench
