#pragma once

// The receive buffer of the collector's UDP socket, in bytes as the kernel counts them.

#include <cstddef>

#include "schema/limits.h"

namespace flatline {

struct ReceiveBuffer {
  std::size_t wanted_bytes = 0;   ///< What the fleet's full rate and a flood of strangers want,
  std::size_t granted_bytes = 0;  ///< and what the kernel granted.
  /// With less, strangers may silence hosts at less than kFloodPerSecond.
  [[nodiscard]] bool sufficient() const { return granted_bytes >= wanted_bytes; }
  /// How many datagrams it holds.
  [[nodiscard]] std::size_t room() const { return granted_bytes / kDatagramBufferBytes; }
};

}  // namespace flatline
