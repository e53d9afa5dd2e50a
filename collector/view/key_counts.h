#pragma once

// How many hosts speak with which fleet key and which generation of their credential: the part of a
// census that a rotation of keys is watched by. Pure values, which are published whole (latest.h).

#include <array>
#include <cstdint>

#include "collector/view/rotation_limits.h"
#include "collector/view/view.h"
#include "schema/time.h"

namespace flatline {

/// The hosts that spoke last with one key.
struct KeyCount {
  std::uint32_t hosts = 0;
  std::uint32_t speaking = 0;  ///< Those of them that are not silent.
  /// Silent hosts that datagrams under this key, which was not live, named within kRefusedFor,
  /// whatever key they spoke with when they were last heard.
  std::uint32_t refused = 0;
  bool operator==(const KeyCount&) const = default;
};

/// The hosts that spoke last with one generation of a key.
struct GenerationCount {
  std::uint32_t hosts = 0;
  std::uint32_t speaking = 0;
  std::uint16_t generation = 0;
  std::uint8_t key_id = 0;
  std::uint8_t padding[1] = {};
};

struct KeyCounts {
  Instant at{};                          ///< The tick of the view that was counted.
  std::uint64_t tick = 0;                ///< Its number; 0 before the first census.
  std::array<KeyCount, kKeyIds> keys{};  ///< By key id.
  std::uint32_t unheard = 0;             ///< Hosts of which no key is known.
  std::uint32_t other_generations = 0;   ///< Hosts whose generation is not counted apart.
  LiveKeys live;                         ///< The keys that were live then.
  std::uint32_t generation_count = 0;    ///< How many of `generations` are used.
  /// By key, then by generation.
  std::array<GenerationCount, kCountedGenerations> generations{};
};

}  // namespace flatline
