#pragma once

// A datagram as it came off the socket: its bytes, which the receiver owns, and its sender.

#include <cstddef>
#include <span>

#include "schema/program/address.h"

namespace flatline {

struct ReceivedDatagram {
  std::span<const std::byte> bytes;
  Address source;
};

}  // namespace flatline
