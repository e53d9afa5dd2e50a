#pragma once

// Receives what the simulated fleet sends: a UDP socket on loopback, and datagrams that are opened
// and decoded.

#include <cstdint>
#include <vector>

#include "schema/wire/datagram.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline::sim {

struct Heard {
  Header header;
  Snapshot snapshot;
  WallTime arrived_at{};
  std::uint16_t source_port = 0;
  bool is_clone = false;  ///< Whether a clone sent it; only the sender can tell.
};

/// Fails the test if the datagram does not open with the key of its host or is malformed.
Heard open(const FleetKey& key, std::span<const std::byte> bytes);

class Listener {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int socket() const { return socket_; }
  /// How many datagrams found no room in the kernel's buffer, because nobody read in time.
  [[nodiscard]] std::uint32_t lost() const;

  /// Takes what has arrived, without waiting.
  void receive(const FleetKey& key, std::vector<Heard>& heard) const;

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace flatline::sim
