#pragma once

// The collector's UDP socket: bound for both IP versions, with a kernel filter that drops what
// cannot be a datagram of ours before it takes room, and a receive buffer for the capacity's full
// rate. Takes datagrams in batches into buffers of its own; decides nothing about them.

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "collector/fleet/received_datagram.h"
#include "collector/view/receive_buffer.h"
#include "schema/limits.h"
#include "schema/program/descriptor.h"
#include "schema/time.h"

namespace flatline {

/// Room for kReceiveBufferTime of `capacity` hosts that send every `min_interval`.
std::size_t wanted_receive_bytes(std::uint32_t capacity, Milliseconds min_interval);

class ReceiveSocket {
 public:
  /// Binds. `host` is a numeric address ("::" takes IPv4 too), port 0 any free one. Throws Failure:
  /// port busy, address not of this machine.
  ReceiveSocket(const std::string& host, std::uint16_t port, std::size_t wanted_bytes);
  ~ReceiveSocket();
  ReceiveSocket(const ReceiveSocket&) = delete;
  ReceiveSocket& operator=(const ReceiveSocket&) = delete;

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] const Address& local() const { return local_; }
  [[nodiscard]] const ReceiveBuffer& buffer() const { return buffer_; }

  /// At most kReceiveBatch datagrams that wait; fewer: no more were waiting. Never blocks. They are
  /// valid until the next call.
  std::span<const ReceivedDatagram> receive();

 private:
  struct Batch;

  Descriptor socket_;
  Address local_;
  ReceiveBuffer buffer_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace flatline
