#pragma once

// What the network does to each simulated datagram: lost, sent twice, held back. Pure, and a hash
// of the seed and the datagram's number: whoever knows the seed knows every fate.

#include <array>
#include <cstdint>

#include "schema/time.h"

namespace flatline::sim {

/// Shares are from 0 to 1.
struct FateOptions {
  double loss = 0;
  double duplicate = 0;
  double reorder = 0;
  Duration delay{0};  ///< The longest that one is held back.
  std::uint64_t seed = 1;
};

/// One datagram on its way to one collector: the sender's number, and its sequence.
struct DatagramId {
  std::uint32_t sender = 0;
  std::uint32_t collector = 0;
  std::uint64_t sequence = 0;
};

struct Fate {
  unsigned copies = 1;             ///< 0: lost; 2: duplicated.
  std::array<Duration, 2> held{};  ///< How long each copy is held back; zero: not at all.
};

Fate fate_of(const FateOptions& options, const DatagramId& datagram);

}  // namespace flatline::sim
