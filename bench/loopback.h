#pragma once

// Sockets of this machine alone, and datagrams to a port of it: they wait there when a send
// returns.

#include <cstdint>
#include <span>

#include "schema/program/address.h"
#include "schema/wire/datagram.h"

namespace flatline::bench {

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

  /// Throws Failure when the kernel does not take them.
  void send(std::span<const Datagram> block, std::uint16_t port);
  /// Sends the first `size` bytes, and never waits. False: the kernel did not take them.
  bool try_send(const Datagram& datagram, std::size_t size, std::uint16_t port);

 private:
  int descriptor_;
  Address address_;
};

}  // namespace flatline::bench
