#pragma once

// What a datagram costs the thread that takes it, four ways side by side: taken and thrown away,
// opened by libsodium, opened as the collector opens it, and the collector's whole ingest path. The
// same datagrams go each way, 64 at a time, in every order of the ways; what is timed is the
// draining alone.

#include <cstddef>
#include <vector>

namespace flatline::bench {

/// Nanoseconds of processor time a datagram, a value a round.
struct IngestCosts {
  std::vector<double> sink;
  std::vector<double> open;
  std::vector<double> open_epoch;
  std::vector<double> ingest;
};

/// `hosts` speak once a round. Throws Failure when a datagram was lost, did not open, or was not
/// accepted.
IngestCosts measure_ingest(std::size_t hosts, std::size_t rounds);

}  // namespace flatline::bench
