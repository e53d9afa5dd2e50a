// The tick as a whole, as the loop calls it, and those of its parts that read no planes.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "collector/fleet/fleet.h"
#include "collector/fleet/self_doubt.h"

namespace flatline::bench {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};
constexpr WallTime kWall{std::chrono::hours{1}};

/// At one moment, at which every other deadline is over.
void renew_deadlines(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  SlotColumns columns(capacity, kStart);
  for (std::uint32_t slot = 0; slot < capacity; ++slot) {
    columns.set_deadline(slot, kStart + (slot % 2 == 0 ? 1 : -1) * std::chrono::seconds{1});
  }
  for ([[maybe_unused]] auto _ : state) {
    columns.renew(kStart);
    benchmark::ClobberMemory();
  }
  const auto shares =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(state.iterations()), kRenewTicks);
  const auto renewed = std::ranges::count(columns.deadlines(), SlotColumns::stamp(kStart));
  const auto ahead =
      std::ranges::count(columns.deadlines(), SlotColumns::stamp(kStart + std::chrono::seconds{1}));
  must_hold(state,
            static_cast<std::uint64_t>(renewed) == shares * (capacity / kRenewTicks / 2) &&
                ahead == capacity / 2,
            "other deadlines than those that are over");
  state.SetItemsProcessed(state.iterations() * capacity / static_cast<int>(kRenewTicks));
}
BENCHMARK(renew_deadlines)->Arg(16'384)->Arg(1'048'576);

/// A fleet that is in panic at every other tick, and a tick in eight that comes late: blind for the
/// window of five ticks after it.
void judge_doubt(benchmark::State& state) {
  SelfDoubt doubt({}, kStart);
  ViewHead head;
  Instant now = kStart;
  std::int64_t turn = 0;
  std::int64_t panics = 0;
  std::int64_t blind = 0;
  std::int64_t expected_blind = 0;
  for ([[maybe_unused]] auto _ : state) {
    if (turn % 8 == 0) doubt.raise(Doubt::kLateTick, now);
    doubt.heard(now);
    head.flags = 0;
    doubt.judge(now, 100, {100, turn % 2 == 0 ? 40U : 70U}, head);
    panics += (head.flags & flag_bit(Flag::kPanic)) != 0 ? 1 : 0;
    blind += head.doubts == doubt_bit(Doubt::kLateTick) ? 1 : 0;
    expected_blind += turn % 8 < 5 ? 1 : 0;
    now += kDefaultTick;
    ++turn;
  }
  static_assert(kDefaultWindow == 5 * kDefaultTick);
  must_hold(state, panics == (turn + 1) / 2 && blind == expected_blind, "other flags");
}
BENCHMARK(judge_doubt);

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
