// A replay refused, which must cost far less than a datagram accepted: that one stands in `limit`,
// beside the kernel and the cipher.

#include <benchmark/benchmark.h>

#include "bench/collector/simulated_hosts.h"
#include "bench/must_hold.h"
#include "collector/fleet/fleet.h"

namespace flatline::bench {
namespace {

constexpr std::size_t kHosts = 4096;

/// A replayed datagram is refused from its clear header.
void refuse_stale(benchmark::State& state) {
  FleetOptions options;
  options.keys = {fixed_key()};
  HostTable host_table(options.capacity, options.messages_per_host);
  Fleet fleet(options, host_table, kStart);
  SimulatedHosts hosts(kHosts);
  const auto& datagrams = hosts.next_round();
  const Address source;
  for (const Datagram& datagram : datagrams) (void)fleet.accept(datagram, source, hosts.arrival());
  std::size_t stale = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (const Datagram& datagram : datagrams) {
      stale += fleet.accept(datagram, source, hosts.arrival()) == Outcome::kStale ? 1 : 0;
    }
  }
  must_hold(state, stale == kHosts * static_cast<std::size_t>(state.iterations()),
            "a replay was not stale");
  state.SetItemsProcessed(static_cast<std::int64_t>(stale));
}
BENCHMARK(refuse_stale);

}  // namespace
}  // namespace flatline::bench
