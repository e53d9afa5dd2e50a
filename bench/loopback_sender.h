#pragma once

// Sends datagrams to a port of this machine; they wait there when send() returns.

#include <cstdint>
#include <span>

#include "schema/program/address.h"
#include "schema/wire/datagram.h"

namespace flatline::bench {

class LoopbackSender {
 public:
  /// Throws Failure, as send() does.
  LoopbackSender();
  ~LoopbackSender();
  LoopbackSender(const LoopbackSender&) = delete;
  LoopbackSender& operator=(const LoopbackSender&) = delete;

  void send(std::span<const Datagram> block, std::uint16_t port);
  /// Where it sends from.
  [[nodiscard]] const Address& source() const { return source_; }

 private:
  int descriptor_;
  Address source_;
};

}  // namespace flatline::bench
