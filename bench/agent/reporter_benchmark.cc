// What an agent's report costs beside sealing, whatever the states of its checks.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "agent/core/reporter.h"
#include "bench/must_hold.h"
#include "schema/wire/codec.h"
#include "schema/wire/datagram.h"

namespace flatline::bench {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};
constexpr WallTime kWall{Milliseconds{1'700'000'000'000}};

Reporter make_reporter(std::size_t checks) {
  ReporterOptions options;
  options.name = HostName{"web-001.eu-1a.example"};
  options.labels = Labels{"role=web,zone=eu-1a"};
  std::vector<CheckPlan> plans;
  for (std::size_t i = 0; i < checks; ++i) {
    plans.push_back({.name = CheckName{"check-" + std::to_string(i)}});
  }
  return {options, plans, kStart};
}

/// What the checks of a benchmark are, by its second argument.
enum Condition { kAllOk, kHalfCritical, kAllStale };

void report(benchmark::State& state) {
  const auto checks = static_cast<std::size_t>(state.range(0));
  const auto condition = static_cast<Condition>(state.range(1));
  Reporter reporter = make_reporter(checks);
  for (std::size_t i = 0; i < checks; ++i) {
    const bool fails = condition == kHalfCritical && i % 2 == 0;
    reporter.take(i, {fails ? CheckState::kCritical : CheckState::kOk, 0.5F, Message{"81.2% used"}},
                  kStart);
  }
  const Instant now = kStart + (condition == kAllStale ? 10 : 1) * kDefaultCheckPeriod;
  Snapshot snapshot;
  for ([[maybe_unused]] auto _ : state) {
    snapshot = reporter.report(now, kWall, Milliseconds{1});
    benchmark::DoNotOptimize(snapshot);
  }
  SnapshotBytes bytes;
  Snapshot decoded;
  encode_snapshot(snapshot, bytes);
  must_hold(state, decode_snapshot(bytes, decoded) && decoded.page == snapshot.page, "malformed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(report)
    ->ArgNames({"checks", "condition"})
    ->ArgsProduct({{4, static_cast<long>(kChecks)}, {kAllOk, kHalfCritical, kAllStale}});

}  // namespace
}  // namespace flatline::bench
