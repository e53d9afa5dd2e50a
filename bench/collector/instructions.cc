// Instructions of the ingest path and of the tick, counted one by one by callgrind: for healthy,
// failing, flapping and silent hosts, and with 1 % and all of the capacity enrolled. They may
// differ by no more than the bound; skipped where valgrind is missing.

#include <fmt/core.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "bench/fixed_key.h"
#include "bench/proofs/driver.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flags.h"
#include "tests/harness/child_process.h"
#include "tests/harness/simulated_time.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::bench {
namespace {

constexpr double kBoundPercent = 1;
constexpr std::chrono::minutes kPatience{30};
/// Before what count() runs under valgrind; not for people.
constexpr const char* kInside = "--inside";
/// Fewer, and a hundredth of them would be too few hosts to tell anything.
constexpr std::uint32_t kLeastSlots = 512;

constexpr const char* kFooter =
    R"(Three runs of a simulated fleet under valgrind's callgrind, in time turned by hand: all hosts always
healthy, all in every kind of trouble, and a hundredth of them in the same trouble. A line a phase: the
mean of its calls, and how far the worst of them is from the same call of the first run. Ends with 1 when
one is more than 1 % off, whichever way; with 77 where valgrind is not installed.)";

/// A fleet registers within four ticks; the first pages of its checks come in the next.
constexpr int kWarmUpTicks = 10;
/// Each of the simulated hosts' four checks has told its page twice: pages go round in eight ticks.
constexpr int kTicksPerPhase = 8;
/// Of the simulated fleet's scenario.
constexpr std::array<std::string_view, 11> kInstructionPhases = {
    "healthy",    "healthy",     "fail 1%", "fail 50%",  "fail 100%", "flap 50%",
    "silent 30%", "silent 100%", "healthy", "warn 100%", "flap 100%"};

struct InsideRun {
  std::uint32_t slots = 0;
  std::uint32_t hosts = 0;
  bool eventful = false;  ///< Else all are healthy in every phase.
};

constexpr std::uint32_t kSteps = 64;  ///< Of the history, which turn.

struct Call {
  std::size_t phase = 0;
  std::string function;
  double units = 0;  ///< Datagrams; 1 of a tick or a step.
  double instructions = 0;

  [[nodiscard]] double each() const { return units > 0 ? instructions / units : 0; }
};

double total_of(const std::filesystem::path& dump) {
  std::ifstream file(dump);
  constexpr std::string_view kTotals = "totals: ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kTotals)) return std::stod(line.substr(kTotals.size()));
  }
  throw Failure(dump.string() + ": callgrind told no totals");
}

std::vector<Call> count(const std::string& self, const InsideRun& run) {
  const TemporaryFolder folder;
  const std::string command = fmt::format(
      "exec valgrind --tool=callgrind --quiet --collect-atstart=no --dump-line=no "
      "--callgrind-out-file='{0}/dump' '{1}' {2} {3} {4} {5} '{0}'",
      folder.path().string(), self, kInside, run.slots, run.hosts,
      run.eventful ? "eventful" : "calm");
  const test::Finished finished = test::run_to_end({"/bin/sh", "-c", command}, kPatience);
  if (finished.exit_code != 0) {
    throw Failure("under valgrind: " + finished.err + finished.out);
  }
  std::vector<Call> calls;
  std::istringstream lines(finished.out);
  for (Call call; lines >> call.phase >> call.function >> call.units;) {
    call.instructions = total_of(folder / fmt::format("dump.{}", calls.size() + 1));
    calls.push_back(call);
  }
  return calls;
}

/// Counts what `work` takes, and nothing else.
template <typename Work>
auto counted(Work&& work) {
  CALLGRIND_TOGGLE_COLLECT;
  const auto result = work();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS;
  return result;
}

/// What runs under callgrind: the simulated fleet goes through its phases, and three things are
/// counted: hearing what a tick brought, the tick with its publication, and a step of the history.
/// After each, callgrind writes a file; a line on stdout says what that one is about. Returns the
/// exit code.
int run_inside(const InsideRun& run, const std::filesystem::path& folder) {
  std::string scenario;
  std::int64_t start = kWarmUpTicks;
  for (const std::string_view phase : kInstructionPhases) {
    scenario += fmt::format("{}{}s {}", scenario.empty() ? "" : "; ", start,
                            run.eventful ? phase : "healthy");
    start += kTicksPerPhase;
  }
  test::SimulatedTime world(
      {.key = fixed_key(), .capacity = run.slots, .hosts = run.hosts, .scenario = scenario});
  const HistoryShape shape{run.slots, kSteps, Milliseconds{1000}, true, true};
  for (HistoryMaker maker(folder, shape); !maker.advance();) {
  }
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
      fmt::print("{} datagram {}\n{} tick 1\n{} step 1\n", phase, accepted, phase, phase);
      if (accepted != sent.size()) return 1;
    }
  }
  std::fflush(stdout);
  return 0;
}

/// Adds the columns of one function to the table, and the finding about its worst call, whichever
/// way it is off the same call of the reference.
void compare(const std::vector<Call>& calls, const std::vector<Call>& reference,
             const std::string& function, Table& table, Report& report) {
  double worst = 0;
  table.columns.insert(table.columns.end(), {"a " + function, "worst, %"});
  for (std::size_t phase = 0; phase < kInstructionPhases.size(); ++phase) {
    double instructions = 0;
    double units = 0;
    double worst_here = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const Call& call = calls[i];
      if (call.phase != phase || call.function != function || call.units == 0) continue;
      instructions += call.instructions;
      units += call.units;
      const double percent = 100 * (call.each() / reference[i].each() - 1);
      if (std::abs(percent) > std::abs(worst_here)) worst_here = percent;
    }
    std::vector<Value>& values = table.figures[phase].values;
    values.push_back(units > 0 ? Value{std::round(instructions / units)} : std::nullopt);
    values.push_back(units > 0 ? Value{worst_here} : std::nullopt);
    if (std::abs(worst_here) > std::abs(worst)) worst = worst_here;
  }
  report.say(std::abs(worst) <= kBoundPercent,
             fmt::format("{}: a {} is at most {:+.3f} % off; the bound is {} %", table.name,
                         function, worst, kBoundPercent));
}

void prove(const std::string& self, std::uint32_t slots, Report& report) {
  if (slots % 64 != 0) throw UsageError(fmt::format("SLOTS: {} is not a multiple of 64", slots));
  if (test::run_to_end({"/bin/sh", "-c", "command -v valgrind"}).exit_code != 0) {
    return report.skip("valgrind is not installed (apt-get install valgrind)");
  }
  const std::uint32_t few = std::max(slots / 100, 10U);
  const std::vector<Call> reference = count(self, {slots, slots, false});
  for (const InsideRun& run : {InsideRun{slots, slots, true}, InsideRun{slots, few, true}}) {
    const std::vector<Call> calls = count(self, run);
    if (calls.empty() || calls.size() != reference.size()) {
      throw Failure("not as many calls as without trouble");
    }
    Table table{fmt::format("instructions-{}", run.hosts),
                fmt::format("instructions, {} of {} slots enrolled", run.hosts, run.slots),
                {},
                {}};
    for (const std::string_view phase : kInstructionPhases) {
      table.figures.push_back({std::string(phase), {}});
    }
    for (const char* function : {"datagram", "tick", "step"}) {
      compare(calls, reference, function, table, report);
    }
    report.add(table);
  }
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  using namespace flatline;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 5 && arguments[0] == bench::kInside) {
    const auto number = [](const std::string& text) {
      return static_cast<std::uint32_t>(std::stoul(text));
    };
    return bench::run_inside(
        {number(arguments[1]), number(arguments[2]), arguments[3] == "eventful"}, arguments[4]);
  }
  std::uint32_t slots = kDefaultCapacity / 4;
  const auto declare = [&](ProgramFlags& flags) {
    bench::number_flag(flags, "SLOTS", slots, bench::kLeastSlots, kMaxCapacity,
                       "The collector's capacity, a multiple of 64");
  };
  const std::string self = std::filesystem::canonical("/proc/self/exe").string();
  return bench::run_proof(
      {"instructions",
       "Instructions of the ingest path, the tick and a step of the history, one by one.",
       bench::kFooter, declare, [&](bench::Report& report) { bench::prove(self, slots, report); }},
      argc, argv);
}
