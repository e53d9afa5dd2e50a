#pragma once

// A datagram while the fleet judges it: each test adds to what is known of it. Only the fleet's own
// sources include this header.

#include <span>

#include "collector/fleet/fleet.h"

namespace flatline {

/// The constructor leaves the large members unset, because most tests refuse without them.
struct Fleet::IncomingDatagram {
  IncomingDatagram(std::span<const std::byte> from_socket, const Address& from, const Moment& when,
                   Snapshot& room)
      : bytes(from_socket), source(from), arrival(when), snapshot(room) {}

  std::span<const std::byte> bytes;
  const Address& source;
  Moment arrival;
  Instant fleet_now{};
  Header header;
  const FleetKey* fleet_key = nullptr;
  const Ban* ban = nullptr;
  Outcome standing = Outcome::kAccepted;  ///< What the ban says to its credential generation.
  SecretKey epoch_key;                    ///< Set by Fleet::open().
  Snapshot& snapshot;                     ///< Set by decode_snapshot(), from `plain`.
  SnapshotBytes plain;                    ///< Set by Fleet::open().
};

}  // namespace flatline
