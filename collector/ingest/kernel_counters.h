#pragma once

// What the kernel threw away before we saw it, told apart: `lost` are good datagrams for which
// there was no room, `filtered` those that the socket's filter refused. The kernel has no counter
// for either alone: SO_MEMINFO counts both for our socket, RcvbufErrors the losses of every UDP
// socket of the network namespace, so a loss is counted where both moved, and the rest is filtered.

#include <cstdint>

#include "schema/program/descriptor.h"

namespace flatline {

class KernelCounters {
 public:
  /// Opens the files below /proc/self/net; without them all is counted as filtered.
  explicit KernelCounters(int socket);
  KernelCounters(const KernelCounters&) = delete;
  KernelCounters& operator=(const KernelCounters&) = delete;

  /// Reads the counters: the same three calls each time. Once a tick.
  void read();

  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  [[nodiscard]] std::uint64_t filtered() const { return filtered_; }

 private:
  /// RcvbufErrors of both IP versions.
  [[nodiscard]] std::uint64_t buffer_errors() const;
  /// Drops of our socket, for whatever reason; the kernel's 32 bits wrap.
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
