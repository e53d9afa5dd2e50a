#pragma once

// A UDP socket of one IP version that is not connected, and still hears what the network says of
// its datagrams: that nobody listens there, or that no way leads there. The kernel keeps such
// errors for whoever asks (IP_RECVERR); without that a socket never hears them. It is not
// connected, so that the system chooses the way and the address to send from anew for each
// datagram.

#include <cstddef>
#include <span>

#include "agent/loop/resolver.h"
#include "schema/program/descriptor.h"

namespace flatline {

class DatagramSocket {
 public:
  /// `family` is AF_INET or AF_INET6. On a system without that one, each send() tells why. Throws
  /// Failure where the system has it and still gives no socket.
  explicit DatagramSocket(int family);

  /// Sends now or not at all. Returns zero, or the errno of why not. An error that the network told
  /// of an earlier datagram, and that hear() was not asked for, is one, too.
  [[nodiscard]] int send(const SocketAddress& to, std::span<const std::byte> bytes) const;

  struct Error {
    int number = 0;    ///< An errno.
    SocketAddress to;  ///< Where the datagram went that it is about.
  };
  /// Takes the next error that the network told. Returns false if there is none.
  [[nodiscard]] bool hear(Error& error) const;

 private:
  Descriptor socket_;
};

}  // namespace flatline
