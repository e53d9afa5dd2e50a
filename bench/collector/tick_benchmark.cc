// The tick as the loop calls it, for the default capacity and the largest. Its sweep and its
// publication stand beside what memory takes in `limit`.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "collector/fleet/fleet.h"
#include "collector/fleet/sweep.h"

namespace flatline::bench {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};
constexpr WallTime kWall{std::chrono::hours{1}};

/// Labels by four keys, of each with another number of values, up to all that are told apart.
Labels labels_of(std::uint32_t slot) {
  const auto label = [slot](const char* key, std::uint32_t values) {
    return std::string(key) + std::to_string(slot % 1009 % values);
  };
  return Labels{label("role=r", 20) + label(",zone=z", 3) + label(",rack=k", 64) +
                label(",os=o", 5)};
}

/// A third of the hosts healthy, one failing, one silent, in windows that outlast the benchmark,
/// and grouped by so many label keys. Without messages, which a tick never reads.
void tick_fleet(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const std::vector<LabelText> keys = {LabelText{"role"}, LabelText{"zone"}, LabelText{"rack"},
                                       LabelText{"os"}};
  FleetOptions options;
  options.keys = {fixed_key()};
  options.capacity = capacity;
  options.messages_per_host = 0;
  options.group_by.assign(keys.begin(), keys.begin() + state.range(1));
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
    tenancy.labels = labels_of(slot);
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
  std::uint32_t grouped = 0;
  for (const Group& group : view->groups.keys[0].places) grouped += group.counts.healthy;
  must_hold(state,
            grouped == (state.range(1) > 0 ? expected.healthy : 0) &&
                view->head.counts == expected && count_planes(*view) == expected &&
                view->head.tick == static_cast<std::uint64_t>(state.iterations()) &&
                view->head.at == arrival.now && (view->head.flags & flag_bit(Flag::kPanic)) != 0,
            "another view");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(tick_fleet)
    ->ArgNames({"slots", "keys"})
    ->ArgsProduct({{16'384, 1'048'576}, {0, 2, 4}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace flatline::bench
