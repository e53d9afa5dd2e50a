#pragma once

// What a datagram costs the thread that takes it, and what a tick's constant work costs, beside
// what the kernel, the cipher and memory take in any case. All of it is processor time, a value a
// round, so that a ratio of one round meets the same noise on both of its sides.

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <vector>

namespace flatline::bench {

/// Nanoseconds a datagram.
struct IngestCosts {
  std::vector<double> sink;        ///< Received and thrown away.
  std::vector<double> open;        ///< Received and opened by libsodium.
  std::vector<double> open_epoch;  ///< Received and opened as the collector opens it.
  std::vector<double> ingest;      ///< The collector's whole path.
};

/// `hosts` speak once a round. The same datagrams go each way, 64 at a time, in every order of the
/// ways; what is timed is the draining alone. Throws Failure when a datagram was lost, did not
/// open, or was not accepted.
IngestCosts measure_ingest(std::size_t hosts, std::size_t rounds);

/// Microseconds of every slot.
struct MemoryCosts {
  std::vector<double> sweep;
  std::vector<double> pass;  ///< A plain pass over as many bytes.
  std::vector<double> publish;
  std::vector<double> copy;  ///< memcpy of as many bytes.
};

/// Throws Failure when the planes are wrong.
MemoryCosts measure_memory(std::uint32_t capacity, std::size_t rounds);

/// Processor time of the calling thread, which does not count while others have the processor.
inline double thread_nanoseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

}  // namespace flatline::bench
