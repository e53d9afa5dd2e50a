#include "bench/proofs/fleet/plan.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "bench/registration.h"
#include "schema/limits.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/standard_files.h"

namespace flatline::bench {
namespace {

constexpr std::string_view kFooter =
    R"(Starts a real collector and a simulated fleet on loopback, leads them through every kind of
trouble, and takes at every tick what that costs. Ends with 1 when a bound is broken:

  bytes, rows, pages   published and stored: the same to the byte in every phase, and for 1 %, 50 %
                       and all of the hosts enrolled; each is seen in every phase
  processor time       of loop and journal: no phase takes more than the dearest healthy one of its
                       run (as far as that is within 50 % of their median), but for
                       --cpu-tolerance, and the journal but for 50 % at least; likewise the loop's
                       instructions, but for 1 %, where the processor's counters can be had, and
                       system calls, but for 3 %
  resident memory      moves by at most 1 MiB in a run; runs differ by at most 3 MiB, of which 2 are
                       pages of the registry that SQLite keeps

While strangers flood it, the loop is held to its time a datagram. Tick duration and lateness are
shown only: they are the clock's, and other programs run between its two ends.)";

/// Healthy phases come at the beginning, in the middle and at the end: what they differ by is
/// noise.
const std::vector<PhasePlan>& all_phases() {
  static const std::vector<PhasePlan> kPhases = {
      {.name = "healthy", .verbs = "healthy"},
      {.name = "healthy again", .verbs = "healthy"},
      {.name = "1 % failing", .verbs = "fail 1%", .failing = 0.01},
      {.name = "50 % failing", .verbs = "fail 50%", .failing = 0.5},
      {.name = "all failing", .verbs = "fail 100%", .failing = 1},
      {.name = "recovered", .verbs = "healthy"},
      {.name = "half flapping", .verbs = "flap 50%", .flapping = 0.5},
      {.name = "30 % silent", .verbs = "silent 30%", .silent = 0.3},
      {.name = "all silent", .verbs = "silent 100%", .silent = 1},
      {.name = "all back", .verbs = "healthy"},
      {.name = "foreign flood", .verbs = "healthy", .flooded = true},
      {.name = "after flood", .verbs = "healthy"},
  };
  return kPhases;
}

std::vector<PhasePlan> few_phases() {
  const auto& all = all_phases();
  return {all[0], all[4], all[5], all[8], all[9]};
}

std::vector<unsigned> read_percents(const std::string& text) {
  std::vector<unsigned> percents;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    percents.push_back(static_cast<unsigned>(read_flag_number("--enrolled", part, 1, 100)));
  }
  if (percents.empty()) refuse_flag("--enrolled", text, "percents, as 1,50,100");
  return percents;
}

}  // namespace

Milliseconds Plan::warm_up(const SharePlan& share) const {
  return registration_time(capacity, enrolled(share), tick) + 4 * std::max(interval, tick);
}

/// A period that lasts an odd number of ticks falls into a tick with a step of the history, which
/// is every other one, only every other time: what a step takes is known by those without a
/// checkpoint. Half a tick less than that number, so that it makes no difference whether a tick
/// came in time.
Milliseconds Plan::checkpoint() const {
  const auto ticks = std::min(phase / tick - 2, kCheckpointPeriod / tick);
  const auto odd = ticks % 2 == 0 ? ticks - 1 : ticks;
  return std::max(odd * tick - tick / 2, kMinCheckpointPeriod);
}

Milliseconds Plan::even_checkpoint() const {
  const auto times = (phase + kCheckpointPeriod - Milliseconds{1}) / kCheckpointPeriod;
  return std::max(phase / times - tick / 2, kMinCheckpointPeriod);
}

std::optional<Plan> parse_plan(int argc, const char* const* argv) {
  CLI::App app("The proof that the collector's load does not follow its fleet's health.", "fleet");
  app.footer(std::string{kFooter});
  std::string hosts = std::to_string(kDefaultCapacity);
  std::string phase;
  std::string report;
  std::string tolerance;
  std::string enrolled = "1,50,100";
  bool quick = false;
  bool few = false;
  bool system_calls = false;
  app.add_option("--hosts", hosts, "Hosts; the capacity is the next multiple of 64")
      ->capture_default_str();
  app.add_option("--enrolled", enrolled, "Percents of the hosts, a run each")
      ->capture_default_str();
  app.add_option("--phase", phase, "How long each phase lasts (default 20s, with --quick 1800ms)");
  app.add_flag("--few", few,
               "Only five phases: all failing and all silent, healthy before, between and after");
  app.add_option("--report", report, "Folder for fleet.json, the table and the pictures");
  app.add_option("--cpu-tolerance", tolerance,
                 fmt::format("Percent of processor time that a phase may take more than the "
                             "dearest healthy one, if it has {} ticks or more; by the square root "
                             "more if it has fewer (default {:.0f}, with --quick {:.0f})",
                             kSureSamples, 100 * kCpuTolerance, 100 * kQuickCpuTolerance));
  app.add_flag("--system-calls", system_calls,
               "Count them too, in a run of their own (needs strace)");
  app.add_flag("--quick", quick,
               "Under a minute: ticks and intervals of 200 ms, and few phases where not all are "
               "enrolled, or system calls are counted");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) {
      throw UsageError(fmt::format("{}; see fleet --help", error.what()));
    }
    std::ostringstream text;
    app.exit(error, text, text);
    print(text.str());
    return std::nullopt;
  }
  Plan plan;
  plan.hosts =
      static_cast<std::uint32_t>(read_flag_number("--hosts", hosts, kMinCapacity, kMaxCapacity));
  plan.capacity = (plan.hosts + 63) / 64 * 64;
  if (quick) {
    // Hosts that flap do so at each interval: with ticks as long, at every tick.
    plan.interval = Milliseconds{200};
    plan.tick = Milliseconds{200};
    plan.phase = Milliseconds{1800};
    plan.cpu_tolerance = kQuickCpuTolerance;
  }
  if (!phase.empty()) {
    // Silence must have time to show, and the ticks of a phase a median.
    const Milliseconds least = 5 * plan.interval + 3 * plan.tick;
    plan.phase = read_flag_duration("--phase", phase, least, std::chrono::hours{1});
  }
  if (!tolerance.empty()) {
    plan.cpu_tolerance =
        static_cast<double>(read_flag_number("--cpu-tolerance", tolerance, 1, 1000)) / 100;
  }
  plan.report = report;
  for (const unsigned percent : read_percents(enrolled)) {
    plan.shares.push_back({percent, few || (quick && percent < 100) ? few_phases() : all_phases()});
  }
  if (system_calls) plan.system_calls = {100, few || quick ? few_phases() : all_phases()};
  return plan;
}

}  // namespace flatline::bench
