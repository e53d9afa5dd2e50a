// The tick's constant work: the sweep beside a plain pass over as many bytes, publishing beside
// memcpy, for the default capacity and the largest.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "bench/collector/columns.h"
#include "collector/fleet/flapping.h"
#include "collector/view/view_board.h"

namespace flatline::bench {
namespace {

void sweep_slots(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Columns columns(capacity, static_cast<unsigned>(state.range(1)));
  View view(capacity);
  for ([[maybe_unused]] auto _ : state) {
    columns.sweep_into(view);
    benchmark::ClobberMemory();
  }
  if (count_planes(view).healthy != columns.healthy) state.SkipWithError("wrong planes");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(sweep_slots)
    ->ArgNames({"slots", "healthy"})
    ->ArgsProduct({{16'384, 1'048'576}, {0, 50, 100}});

void find_flapping(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const auto flaps = state.range(1) != 0;
  View view(capacity);
  PlaneWords& healthy = view.planes[static_cast<std::size_t>(Plane::kHealthy)];
  for (std::uint64_t& word : view.planes[static_cast<std::size_t>(Plane::kKnown)]) word = ~0ULL;
  Instant now{};
  Flapping flapping(capacity, kDefaultTick, now);
  const auto turn = [&] {
    if (flaps) std::ranges::transform(healthy, healthy.begin(), std::bit_not{});
    now += kDefaultTick;
    flapping.tick(now, view);
  };
  while (now.time_since_epoch() < kFlappingSamples * kFlappingSample) turn();
  for ([[maybe_unused]] auto _ : state) {
    turn();
    benchmark::ClobberMemory();
  }
  if (count_planes(view).flapping != (flaps ? capacity : 0)) state.SkipWithError("wrong plane");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(find_flapping)
    ->ArgNames({"slots", "flapping"})
    ->ArgsProduct({{16'384, 1'048'576}, {0, 1}});

/// As many bytes read as the sweep reads, as many written, and nothing done with them but an
/// exclusive or.
void plain_pass(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const HugePageVector<std::uint64_t> read(words_read(capacity), 3);
  HugePageVector<std::uint64_t> written(words_written(capacity), 0);
  std::uint64_t sum = 0;
  for ([[maybe_unused]] auto _ : state) {
    sum = 1;
    for (const std::uint64_t word : read) sum ^= word;
    for (std::uint64_t& word : written) word = sum;
    benchmark::ClobberMemory();
  }
  const std::uint64_t expected = read.size() % 2 == 0 ? 1U : 1U ^ 3U;
  if (std::ranges::count(written, expected) != std::ssize(written)) {
    state.SkipWithError("wrong sum");
  }
}
BENCHMARK(plain_pass)->Arg(16'384)->Arg(1'048'576);

void count_swept_planes(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Columns columns(capacity, 50);
  View view(capacity);
  columns.sweep_into(view);
  Counts counts;
  for ([[maybe_unused]] auto _ : state) {
    counts = count_planes(view);
    benchmark::DoNotOptimize(counts);
  }
  if (counts.healthy != columns.healthy) state.SkipWithError("wrong counts");
}
BENCHMARK(count_swept_planes)->Arg(16'384)->Arg(1'048'576);

void count_judged(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Columns columns(capacity, 50);
  View view(capacity);
  columns.sweep_into(view);
  Quorum quorum;
  for ([[maybe_unused]] auto _ : state) {
    quorum = count_quorum(view);
    benchmark::DoNotOptimize(quorum);
  }
  if (quorum.known != capacity / 8 * 7 || quorum.healthy != columns.judged_healthy) {
    state.SkipWithError("wrong quorum");
  }
}
BENCHMARK(count_judged)->Arg(16'384)->Arg(1'048'576);

void publish_view(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  ViewBoard board(capacity);
  View view(capacity);
  for (PlaneWords& plane : view.planes) std::fill(plane.begin(), plane.end(), 0xABCD);
  for ([[maybe_unused]] auto _ : state) {
    ++view.head.tick;
    board.publish(view);
  }
  View copy(capacity);
  if (!board.read(copy) || copy.head.tick != view.head.tick || copy.planes != view.planes) {
    state.SkipWithError("readers see another view");
  }
}
BENCHMARK(publish_view)->Arg(16'384)->Arg(1'048'576);

void copy_as_many_bytes(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const std::size_t bytes = ViewBoard(capacity).publish(View(capacity));
  const std::vector<char> from(bytes, 'x');
  std::vector<char> to(bytes);
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::ClobberMemory();
  }
  if (to != from) state.SkipWithError("wrong copy");
}
BENCHMARK(copy_as_many_bytes)->Arg(16'384)->Arg(1'048'576);

}  // namespace
}  // namespace flatline::bench
