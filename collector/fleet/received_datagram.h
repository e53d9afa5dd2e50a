#pragma once

// A datagram as it came off the socket: its bytes, which stay the receiver's, and who sent it.

#include <cstddef>
#include <span>

#include "schema/program/address.h"

namespace flatline {

struct ReceivedDatagram {
  std::span<const std::byte> bytes;
  Address source;
};

}  // namespace flatline
