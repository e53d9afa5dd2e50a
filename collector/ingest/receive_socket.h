#pragma once

// The collector's UDP socket. A filter in the kernel drops what cannot be a datagram of ours, or
// names a key that is not live, before it takes room; of the latter it lets a sample through, which
// tells who still speaks with such a key. The socket takes datagrams in batches into
// buffers of its own, and decides nothing about them. Only the loop's thread uses it.

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "collector/fleet/received_datagram.h"
#include "collector/ingest/kernel_counters.h"
#include "collector/view/receive_buffer.h"
#include "schema/limits.h"
#include "schema/program/descriptor.h"
#include "schema/time.h"

namespace flatline {

/// The bytes of receive buffer that hold what `capacity` hosts send in kReceiveBufferTime, if each
/// sends every `min_interval`; but at least kMinReceiveBufferBytes, which strangers may fill.
std::size_t wanted_receive_bytes(std::uint32_t capacity, Milliseconds min_interval);

/// Whether the kernel has IPv6 at all.
bool has_ipv6();

class ReceiveSocket {
 public:
  /// Binds to `host`, a numeric address ("::" takes IPv4 too), and to `port`; 0 means any free
  /// port. What it takes is what take_only() says, and of datagrams under other key ids, by chance,
  /// one in `sample`, which is a power of two; 0: none. Throws Failure if the port is busy or the
  /// address is not one of this machine.
  ReceiveSocket(const std::string& host, std::uint16_t port, std::size_t wanted_bytes,
                std::span<const std::uint8_t> live_key_ids, std::uint32_t sample = 0);
  ~ReceiveSocket();
  ReceiveSocket(const ReceiveSocket&) = delete;
  ReceiveSocket& operator=(const ReceiveSocket&) = delete;

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] const Address& local() const { return local_; }
  [[nodiscard]] const ReceiveBuffer& buffer() const { return buffer_; }
  /// What the kernel threw away since the socket was bound.
  [[nodiscard]] KernelCounters& counters() { return *counters_; }

  /// From now on the kernel refuses datagrams whose key id is none of these, at most kFleetKeys,
  /// but for the sample of them. What waits already is still received. Throws Failure where the
  /// kernel does not take the filter; then the one before stays.
  void take_only(std::span<const std::uint8_t> live_key_ids);

  /// Takes at most kReceiveBatch of the datagrams that wait, and never blocks. If it returns fewer,
  /// no more were waiting. The datagrams are valid until the next call.
  std::span<const ReceivedDatagram> receive();

 private:
  struct Batch;

  std::uint32_t sample_;
  Descriptor socket_;
  Address local_;
  ReceiveBuffer buffer_;
  std::optional<KernelCounters> counters_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace flatline
