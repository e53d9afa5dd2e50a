// What runs under callgrind: the simulated fleet goes through its phases, and three things are
// counted: hearing what a tick brought, the tick with its publication, and a step of the history.
// After each, callgrind writes a file; a line on stdout says what that one is about.

#include <fmt/core.h>
#include <valgrind/callgrind.h>

#include <cstdio>

#include "bench/collector/instructions.h"
#include "bench/collector/made_history.h"
#include "bench/collector/simulated_time.h"
#include "collector/journal/data_folder.h"

namespace flatline::bench {
namespace {

constexpr std::uint32_t kSteps = 64;

/// Counts what `work` takes, and nothing else.
template <typename Work>
auto counted(Work&& work) {
  CALLGRIND_TOGGLE_COLLECT;
  const auto result = work();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS;
  return result;
}

}  // namespace

int run_inside(const InsideRun& run, const std::filesystem::path& folder) {
  std::string scenario;
  std::int64_t start = kWarmUpTicks;
  for (const std::string_view phase : kInstructionPhases) {
    scenario += fmt::format("{}{}s {}", scenario.empty() ? "" : "; ", start,
                            run.eventful ? phase : "healthy");
    start += kTicksPerPhase;
  }
  SimulatedTime world({.capacity = run.slots, .hosts = run.hosts, .scenario = scenario});
  const HistoryShape shape{run.slots, kSteps, Milliseconds{1000}};
  make_history(folder, shape);
  HistoryRing ring(folder / kHistoryFile, shape);
  std::uint64_t number = shape.number_at(WallTime{std::chrono::hours{24 * 365 * 50}});

  for (int tick = 0; tick < kWarmUpTicks; ++tick) {
    world.hear(world.send());
    world.tick();
    ring.write(++number, world.view());
  }
  for (std::size_t phase = 0; phase < kInstructionPhases.size(); ++phase) {
    for (int tick = 0; tick < kTicksPerPhase; ++tick) {
      const auto sent = world.send();
      const std::size_t accepted = counted([&] { return world.hear(sent); });
      const View* view = counted([&] { return &world.tick(); });
      ++number;
      const WriteCost cost = counted([&] { return ring.write(number, *view); });
      if (cost.rows != shape.chunks()) return 1;
      fmt::print("{} hear {}\n{} tick 1\n{} step 1\n", phase, accepted, phase, phase);
      if (accepted != sent.size()) return 1;
    }
  }
  std::fflush(stdout);
  return 0;
}

}  // namespace flatline::bench
