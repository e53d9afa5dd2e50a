// One datagram from the socket's buffer to the fleet's state, beside the cipher's part of it.

#include <benchmark/benchmark.h>

#include "bench/collector/simulated_hosts.h"
#include "bench/collector/spread.h"
#include "collector/fleet/slot_index.h"

namespace flatline::bench {
namespace {

constexpr std::size_t kHosts = 4096;

/// Beside accept: what libsodium alone takes for the same datagrams.
void open_only(benchmark::State& state) {
  SimulatedHosts hosts(kHosts);
  const std::vector<Datagram>& datagrams = hosts.next_round();
  SnapshotBytes plain;
  std::size_t opened = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (std::size_t i = 0; i < kHosts; ++i) {
      opened += open_datagram(datagrams[i], hosts.credentials()[i].key, plain) ? 1 : 0;
    }
  }
  if (opened != kHosts * static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("a datagram did not open");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(opened));
}
BENCHMARK(open_only);

/// And what opening as the collector does takes.
void open_epoch_only(benchmark::State& state) {
  SimulatedHosts hosts(kHosts);
  const std::vector<Datagram>& datagrams = hosts.next_round();
  const std::vector<SecretKey> keys = hosts.epoch_keys();
  EpochOpener opener;
  SnapshotBytes plain;
  std::size_t opened = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (std::size_t i = 0; i < kHosts; ++i) {
      opened += opener.open(datagrams[i], keys[i], plain) ? 1 : 0;
    }
  }
  if (opened != kHosts * static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("a datagram did not open");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(opened));
}
BENCHMARK(open_epoch_only);

void accept_from_known_hosts(benchmark::State& state) {
  FleetOptions options;
  options.keys = {fixed_key()};
  HostTable host_table(options.capacity, options.messages_per_host);
  Fleet fleet(options, host_table, kStart);
  SimulatedHosts hosts(kHosts);
  std::array<ReceivedDatagram, kReceiveBatch> batch;
  static_assert(kHosts % kReceiveBatch == 0);
  const auto hear_round = [&](const std::vector<Datagram>& datagrams) {
    std::size_t accepted = 0;
    for (std::size_t first = 0; first < kHosts; first += kReceiveBatch) {
      for (std::size_t i = 0; i < kReceiveBatch; ++i) batch[i].bytes = datagrams[first + i];
      accepted += fleet.accept_all(batch, hosts.arrival());
    }
    return accepted;
  };
  hear_round(hosts.next_round());  // Registration.
  std::size_t accepted = 0;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    const auto& datagrams = hosts.next_round();
    fleet.tick(hosts.arrival(), {});
    state.ResumeTiming();
    accepted += hear_round(datagrams);
  }
  if (accepted != kHosts * static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("a datagram was refused");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(accepted));
}
BENCHMARK(accept_from_known_hosts);

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
  if (stale != kHosts * static_cast<std::size_t>(state.iterations())) {
    state.SkipWithError("a replay was not stale");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(stale));
}
BENCHMARK(refuse_stale);

void find_slot(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  SlotIndex index(capacity);
  const std::vector<AgentId> ids = spread_ids(capacity);
  for (std::uint32_t slot = 0; slot < capacity; ++slot) index.insert(ids[slot], slot);
  std::uint32_t next = 0;
  std::uint64_t wrong = 0;
  for ([[maybe_unused]] auto _ : state) {
    next = (next + kStride) % capacity;
    wrong += index.find(ids[next]) == next ? 0 : 1;
  }
  if (wrong != 0) state.SkipWithError("the index answered another slot");
}
BENCHMARK(find_slot)->Arg(16'384)->Arg(1'048'576);

}  // namespace
}  // namespace flatline::bench
