#pragma once

// Counts what the kernel threw away before we saw it, in two numbers: `lost` datagrams were good
// but found no room, `filtered` ones were refused by the socket's filter. The kernel has no counter
// for either alone. SO_MEMINFO counts both for our socket, and RcvbufErrors counts the losses of
// every UDP socket in the network namespace. So drops count as lost as far as both counters moved,
// and the rest as filtered.

#include <cstdint>

#include "schema/program/descriptor.h"

namespace flatline {

class KernelCounters {
 public:
  /// Opens the files below /proc/self/net. Where they cannot be opened, every drop counts as
  /// filtered.
  explicit KernelCounters(int socket);
  KernelCounters(const KernelCounters&) = delete;
  KernelCounters& operator=(const KernelCounters&) = delete;

  /// Reads the counters, once a tick. It makes the same three system calls each time.
  void read();

  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  [[nodiscard]] std::uint64_t filtered() const { return filtered_; }

 private:
  /// The sum of RcvbufErrors over both IP versions.
  [[nodiscard]] std::uint64_t buffer_errors() const;
  /// All drops of our socket, for whatever reason. The kernel counts in 32 bits, which wrap around.
  [[nodiscard]] std::uint32_t socket_drops() const;

  int socket_;
  Descriptor snmp_;
  Descriptor snmp6_;
  std::uint64_t last_errors_ = 0;
  std::uint32_t last_drops_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t filtered_ = 0;
};

}  // namespace flatline
