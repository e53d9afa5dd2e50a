#pragma once

// A datagram on its way through the fleet: what is known of it grows from test to test. The fleet's
// own: nobody else includes it.

#include <span>

#include "collector/fleet/fleet.h"

namespace flatline {

/// Large members are left unset until they are known.
struct Fleet::IncomingDatagram {
  IncomingDatagram(std::span<const std::byte> from_socket, const Address& from, const Arrival& when,
                   Snapshot& room)
      : bytes(from_socket), source(from), arrival(when), snapshot(room) {}

  std::span<const std::byte> bytes;
  const Address& source;
  Arrival arrival;
  Instant fleet_now{};
  Header header;
  const FleetKey* fleet_key = nullptr;
  const Ban* ban = nullptr;
  Outcome standing = Outcome::kAccepted;  ///< What the order says to its generation.
  SecretKey epoch_key;                    // The agent's, of this epoch: set by open().
  Snapshot& snapshot;                     // Set by open() and the decoding.
  SnapshotBytes plain;
};

}  // namespace flatline
