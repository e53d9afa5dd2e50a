#pragma once

// Sockets of this machine alone, and datagrams to a port of it: they wait there when a send
// returns.

#include <cstdint>
#include <span>

#include "schema/program/address.h"
#include "schema/wire/datagram.h"

namespace flatline::test {

/// A UDP socket on a free port of 127.0.0.1.
class LoopbackSocket {
 public:
  /// Throws Failure.
  LoopbackSocket();
  ~LoopbackSocket();
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const Address& address() const { return address_; }

  /// Sends to this port of loopback from now on where nothing else is said. Throws Failure.
  void connect(std::uint16_t port);
  /// Throws Failure when the kernel does not take them.
  void send(std::span<const Datagram> block, std::uint16_t port);

 private:
  int descriptor_;
  Address address_;
};

}  // namespace flatline::test
