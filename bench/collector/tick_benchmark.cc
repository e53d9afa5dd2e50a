// The tick as the loop calls it, for the default capacity and the largest. Its sweep and its
// publication stand beside what memory takes in `limit`.

#include <benchmark/benchmark.h>

#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "collector/fleet/fleet.h"
#include "collector/fleet/sweep.h"

namespace flatline::bench {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};
constexpr WallTime kWall{std::chrono::hours{1}};

/// A third of the hosts healthy, one failing, one silent, in windows that outlast the benchmark.
/// Without messages, which a tick never reads.
void tick_fleet(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  FleetOptions options;
  options.keys = {fixed_key()};
  options.capacity = capacity;
  options.messages_per_host = 0;
  HostTable host_table(capacity, 0);
  Fleet fleet(options, host_table, kStart);
  constexpr std::uint8_t kFailing = plane_bit(Plane::kKnown) | plane_bit(Plane::kReporting);
  constexpr std::uint8_t kPlanesOf[] = {kFailing | plane_bit(Plane::kHealthy), kFailing,
                                        plane_bit(Plane::kKnown)};
  Counts expected;
  expected.hosts = capacity;
  for (std::uint32_t slot = 0; slot < capacity; ++slot) {
    const unsigned kind = slot % 3;
    RestoredHost tenancy;
    tenancy.slot = slot;
    tenancy.agent_id = AgentId{slot + 1};
    tenancy.interval = kMaxInterval;
    tenancy.last.epoch = 1;
    tenancy.last.planes = kPlanesOf[kind];
    if (!fleet.restore(tenancy, kStart)) state.SkipWithError("a host was not let in");
    ++(kind == 0 ? expected.healthy : kind == 1 ? expected.failing : expected.silent);
  }
  Moment arrival{kStart, kWall};
  const View* view = nullptr;
  for ([[maybe_unused]] auto _ : state) {
    arrival.now += Milliseconds{1};
    arrival.wall += Milliseconds{1};
    view = &fleet.tick(arrival, {});
    benchmark::ClobberMemory();
  }
  must_hold(state,
            view->head.counts == expected && count_planes(*view) == expected &&
                view->head.tick == static_cast<std::uint64_t>(state.iterations()) &&
                view->head.at == arrival.now && (view->head.flags & flag_bit(Flag::kPanic)) != 0,
            "another view");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(tick_fleet)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace flatline::bench
