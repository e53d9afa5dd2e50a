#pragma once

// Counts what the kernel threw away before we saw it, in two numbers: `lost` datagrams were good
// but found no room, `filtered` ones were refused by the socket's filter, or arrived damaged. The
// kernel has no counter for either alone. SO_MEMINFO counts both for our socket, and RcvbufErrors
// and MemErrors the losses of every UDP socket in the network namespace. So drops count as lost as
// far as both counters moved, and the rest as filtered.
//
// Other programs' sockets lose datagrams too, which is no reason to doubt ourselves while our
// filter refuses some. But a datagram is lost for want of room only where the buffer was full, and
// then the next look found much. So the caller tells whether one did.

#include <cstdint>
#include <string_view>

#include "schema/program/descriptor.h"

namespace flatline {

/// How many datagrams all UDP sockets of this network namespace lost, of both IP versions.
struct UdpLosses {
  std::uint64_t by_buffers = 0;  ///< A socket's buffer was full.
  std::uint64_t by_memory = 0;   ///< All of UDP had no memory left.
};

/// Reads them in the text of /proc/net/snmp and of /proc/net/snmp6. What is missing there is 0.
UdpLosses udp_losses_in(std::string_view snmp, std::string_view snmp6);

/// Tells losses from refusals. Pure.
class DropCounts {
 public:
  /// What the kernel counts now: drops of our socket, and then losses of all sockets. The drops
  /// wrap around at 32 bits. `was_filled` tells whether our buffer may have been full since the
  /// last reading. A loss that comes between the two counters is in `losses` this time and in
  /// `drops` the next, so losses that no drop answers to are kept for one reading.
  void read(std::uint32_t drops, const UdpLosses& losses, bool was_filled);

  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  [[nodiscard]] std::uint64_t filtered() const { return filtered_; }

 private:
  std::uint32_t last_drops_ = 0;
  UdpLosses last_losses_;
  std::uint64_t unanswered_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t filtered_ = 0;
  bool began_ = false;  ///< The first reading tells only where the kernel's counters stand.
};

class KernelCounters {
 public:
  /// Opens the files below /proc/self/net. Where they cannot be opened, every drop counts as
  /// filtered. Make it before the socket is bound, so that no drop is missed.
  explicit KernelCounters(int socket);
  KernelCounters(const KernelCounters&) = delete;
  KernelCounters& operator=(const KernelCounters&) = delete;

  /// Reads the counters, once a tick. It makes the same three system calls each time. `was_filled`
  /// as in DropCounts.
  void read(bool was_filled);

  [[nodiscard]] std::uint64_t lost() const { return counts_.lost(); }
  [[nodiscard]] std::uint64_t filtered() const { return counts_.filtered(); }

 private:
  /// All drops of our socket, for whatever reason.
  [[nodiscard]] std::uint32_t socket_drops() const;

  int socket_;
  Descriptor snmp_;
  Descriptor snmp6_;
  DropCounts counts_;
};

}  // namespace flatline
