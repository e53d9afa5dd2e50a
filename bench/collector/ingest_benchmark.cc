// One datagram from the socket's buffer to the fleet's state, a replay of it refused, and the two
// parts of its way that miss the caches in a large fleet: its host's slot and record. What the
// cipher takes stands beside the whole path in `limit`.

#include <benchmark/benchmark.h>

#include "bench/collector/simulated_hosts.h"
#include "bench/must_hold.h"
#include "collector/fleet/slot_index.h"

namespace flatline::bench {
namespace {

constexpr std::size_t kHosts = 4096;

/// A prime: whole strides come by every place of a table before any of them twice, in no order that
/// memory could foresee.
constexpr std::uint32_t kStride = 7919;

/// Spread as keyed hashes are (splitmix64's finalizer), and all different.
std::vector<AgentId> spread_ids(std::uint32_t count) {
  std::vector<AgentId> ids;
  for (std::uint64_t id = 1; id <= count; ++id) {
    std::uint64_t mixed = id;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
    ids.push_back(AgentId{mixed ^ mixed >> 31});
  }
  return ids;
}

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
  must_hold(state, accepted == kHosts * static_cast<std::size_t>(state.iterations()),
            "a datagram was refused");
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
  must_hold(state, stale == kHosts * static_cast<std::size_t>(state.iterations()),
            "a replay was not stale");
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
  must_hold(state, wrong == 0, "the index answered another slot");
}
BENCHMARK(find_slot)->Arg(16'384)->Arg(1'048'576);

/// In the order in which hosts speak, which is not that of their slots.
void own_and_write(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  HostTable host_table(capacity, kDefaultMessagesPerHost);
  HostRecord record;
  record.registered = true;
  for (std::uint32_t each = 0; each < capacity; ++each) host_table.write(each, record);
  KeptMessage message;
  std::uint32_t slot = 0;
  for ([[maybe_unused]] auto _ : state) {
    slot = (slot + kStride) % capacity;
    host_table.own(slot, record);
    record.received += 1;
    message.age_ms = static_cast<std::uint32_t>(record.received);
    host_table.write(slot, record, 0, message);
  }
  std::array<KeptMessage, kChecks> messages;
  std::uint64_t received = 0;
  bool fine = true;
  for (std::uint32_t each = 0; each < capacity; ++each) {
    fine &= host_table.read(each, record, messages);
    fine &= messages[0].age_ms == static_cast<std::uint32_t>(record.received);
    received += record.received;
  }
  must_hold(state, fine && received == static_cast<std::uint64_t>(state.iterations()),
            "readers see other records");
}
BENCHMARK(own_and_write)->Arg(16'384)->Arg(131'072);

}  // namespace
}  // namespace flatline::bench
