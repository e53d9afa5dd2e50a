#pragma once

// The receive buffer of the collector's UDP socket, in bytes as the kernel counts them.

#include <cstddef>

namespace flatline {

struct ReceiveBuffer {
  std::size_t wanted_bytes = 0;   ///< What the fleet's full rate wants,
  std::size_t granted_bytes = 0;  ///< and what the kernel granted.
  [[nodiscard]] bool sufficient() const { return granted_bytes >= wanted_bytes; }
};

}  // namespace flatline
