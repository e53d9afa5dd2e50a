// A scrape, as a thread of the API makes it: of a usual fleet by how many of its hosts fail, and of
// the largest that there can be. Its bytes are told beside its time.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "bench/must_hold.h"
#include "collector/api/admin_gate.h"
#include "collector/api/api_work.h"
#include "collector/api/handler.h"
#include "collector/view/census.h"

namespace flatline::bench {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};

/// How many keys, values of each, and checks there are.
struct Shape {
  std::size_t keys = 2;
  std::size_t values = 6;
  std::uint32_t checks = 5;
};
constexpr Shape kLargest{kGroupKeys, kGroupValues, kCountedChecks};

/// Everything that a scrape reads, of a fleet that fills its slots. The host table is a small one:
/// a scrape reads no rows.
class Scraped {
 public:
  Scraped(std::uint32_t capacity, bool fails, Shape shape) : board_(capacity) {
    View view(capacity);
    view.head.at = kStart;
    view.head.tick = 1;
    view.head.outcomes.fill(1'000'000'000);
    view.head.counts.hosts = capacity;
    (fails ? view.head.counts.failing : view.head.counts.healthy) = capacity;
    if (fails) view.head.flags = flag_bit(Flag::kPanic);
    const auto each = static_cast<std::uint32_t>(capacity / shape.values);
    for (std::size_t key = 0; key < shape.keys; ++key) {
      view.groups.keys[key].key = LabelText{fmt::format("key-{}", key)};
      for (std::size_t i = 0; i < shape.values; ++i) {
        Group& group = view.groups.keys[key].places[i];
        group.value = LabelText{fmt::format("value-{:02}", i)};
        group.counts.registered = group.judged = each;
        (fails ? group.counts.failing : group.counts.healthy) = each;
      }
    }
    board_.publish(view);
    auto checks = std::make_unique<CheckCounts>();
    checks->counted = shape.checks;
    for (std::uint32_t i = 0; i < shape.checks; ++i) {
      checks->checks[i].name = CheckName{fmt::format("check-{:03}", i)};
      const CheckState state = fails ? CheckState::kCritical : CheckState::kOk;
      checks->checks[i].hosts[static_cast<std::size_t>(state)] = capacity;
    }
    census_.known_checks.publish(*checks);
    work_.serve(handler_.routes());
  }

  std::string scrape() const { return handler_.answer(request_, {kStart, WallTime{}}).now.body; }

 private:
  ViewBoard board_;
  HostTable host_table_{kMinCapacity, 0};
  AdminGate gate_{"operators-alone", kMinCapacity, kStart};
  CensusBoard census_;
  ApiWork work_;
  ApiSources sources_{
      board_, host_table_, {}, kDefaultTick, 4,        kStart, {}, [] { return StorageStatus{}; },
      gate_,  {},          {}, {},           &census_, &work_};
  ApiHandler handler_{sources_, {"127.0.0.1", kApiPort}, ""};
  ApiRequest request_{.method = "GET", .path = "/metrics", .host = "127.0.0.1"};
};

void scrape(benchmark::State& state, const Scraped& scraped, const Scraped& calm) {
  std::string page;
  for ([[maybe_unused]] auto _ : state) {
    page = scraped.scrape();
    benchmark::DoNotOptimize(page.data());
  }
  const auto lines = [](const std::string& text) { return std::ranges::count(text, '\n'); };
  must_hold(state, lines(page) == lines(calm.scrape()) && page.size() < kMetricsBytes,
            "another page");
  state.counters["bytes"] = static_cast<double>(page.size());
}

void metrics_scrape(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Scraped calm(capacity, false, {});
  scrape(state, Scraped(capacity, state.range(1) == 100, {}), calm);
}
BENCHMARK(metrics_scrape)
    ->ArgNames({"slots", "failing"})
    ->ArgsProduct({{16'384, 1'048'576}, {0, 100}})
    ->Unit(benchmark::kMicrosecond);

void metrics_largest_scrape(benchmark::State& state) {
  const Scraped calm(kMaxCapacity, false, kLargest);
  scrape(state, Scraped(kMaxCapacity, state.range(0) == 100, kLargest), calm);
}
BENCHMARK(metrics_largest_scrape)
    ->ArgName("failing")
    ->Arg(0)
    ->Arg(100)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace flatline::bench
