#include "bench/proofs/fleet/plan.h"

#include <algorithm>
#include <sstream>

#include "bench/proofs/driver.h"
#include "schema/program/duration.h"
#include "schema/program/flag_values.h"
#include "tests/harness/running_fleet.h"

namespace flatline::bench {
namespace {

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

std::uint32_t Plan::enrolled(const SharePlan& share) const {
  const std::uint64_t some = std::uint64_t{hosts} * share.percent / 100;
  return std::max(1U, static_cast<std::uint32_t>(some));
}

Milliseconds Plan::warm_up(const SharePlan& share) const {
  return test::registration_time(enrolled(share), tick) + 4 * std::max(interval, tick);
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

void PlanFlags::declare(ProgramFlags& flags) {
  number_flag(flags, "--hosts", hosts, kMinCapacity, kMaxCapacity,
              "Hosts; the capacity is the next multiple of 64");
  flags.option("--enrolled PERCENT,...", enrolled, "Percents of the hosts, a run each")
      .shows_default();
  duration_flag(flags, "--phase", phase, Milliseconds{1}, std::chrono::hours{1},
                "How long each phase lasts; 0s means 20s, and 1800ms with --quick");
  number_flag(flags, "--cpu-tolerance", cpu_tolerance, 1, 1000,
              "Percent of processor time that a phase of 20 ticks may take more than the dearest "
              "healthy one, and by the square root more if it has fewer; 0 means 10, and 20 with "
              "--quick");
  flags.flag("--few", few,
             "Only five phases: all failing and all silent, healthy before, between and after");
  flags.flag("--quick", quick,
             "Under a minute: ticks and intervals of 200 ms, and few phases where not all are "
             "enrolled, or system calls are counted");
  flags.flag("--system-calls", system_calls,
             "Count them too, in a run of their own (needs strace)");
}

Plan PlanFlags::plan() const {
  Plan plan;
  plan.hosts = hosts;
  plan.capacity = test::capacity_for(hosts);
  if (quick) {
    // Hosts that flap do so at each interval: with ticks as long, at every tick.
    plan.interval = Milliseconds{200};
    plan.tick = Milliseconds{200};
    plan.phase = Milliseconds{1800};
    plan.cpu_tolerance = kQuickCpuTolerance;
  }
  if (phase > Milliseconds{0}) {
    // Silence must have time to show, and the ticks of a phase a median.
    const Milliseconds least = 5 * plan.interval + 3 * plan.tick;
    if (phase < least) {
      refuse_flag("--phase", format_duration(phase), "at least " + format_duration(least));
    }
    plan.phase = phase;
  }
  if (cpu_tolerance > 0) plan.cpu_tolerance = cpu_tolerance / 100.0;
  for (const unsigned percent : read_percents(enrolled)) {
    plan.shares.push_back({percent, few || (quick && percent < 100) ? few_phases() : all_phases()});
  }
  if (system_calls) plan.system_calls = {100, few || quick ? few_phases() : all_phases()};
  return plan;
}

}  // namespace flatline::bench
