#pragma once

// What the simulated network does to each datagram: it may lose it, send it twice or hold it back.
// This is pure: a fate is a hash of the seed and the datagram's numbers, so that whoever knows the
// seed can compute every fate.

#include <array>
#include <cstdint>

#include "schema/time.h"

namespace flatline::sim {

/// Shares are from 0 to 1.
struct FateOptions {
  double loss = 0;
  double duplicate = 0;
  double reorder = 0;
  Duration delay{0};  ///< The longest time that a datagram is held back.
  std::uint64_t seed = 1;
};

/// Names one datagram on its way to one collector.
struct DatagramId {
  std::uint32_t sender = 0;
  std::uint32_t collector = 0;
  std::uint64_t sequence = 0;
};

struct Fate {
  unsigned copies = 1;             ///< 0 when it is lost, 2 when it is sent twice.
  std::array<Duration, 2> held{};  ///< How long each copy is held back; zero is not at all.
};

Fate fate_of(const FateOptions& options, const DatagramId& datagram);

}  // namespace flatline::sim
