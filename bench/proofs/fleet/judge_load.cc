#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "bench/proofs/fleet/figures.h"
#include "bench/proofs/fleet/judge.h"

namespace flatline::bench {
namespace {

/// As the same figure is held to under callgrind, where there is no noise at all.
constexpr double kInstructionsTolerance = 0.01;
/// A wake more or less, a batch more or less at a wake, a step of the history more or less in a
/// phase of an odd number of ticks: of healthy phases 2 % were seen.
constexpr double kCallsTolerance = 0.03;

/// A step takes the journal less than a millisecond, ten times in a phase of 20 s, most of it in
/// the kernel: neighbours were seen to move that by a third from a phase to the next. What it
/// writes is held exactly, and its instructions under callgrind.
constexpr double kStepTolerance = 0.5;

using Of = std::function<Value(const Row&)>;

/// By how many more datagrams came than usual while strangers were there: they make work for the
/// loop, so that there each datagram counts, not the tick. At least 1: nobody gains by it.
double crowd(const std::vector<double>& datagrams, const std::vector<PhasePlan>& phases,
             std::size_t phase) {
  if (!phases[phase].flooded) return 1;
  std::vector<double> calm;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (phases[i].is_calm()) calm.push_back(datagrams[i]);
  }
  const double usual = median(calm);
  return usual > 0 ? std::max(1.0, datagrams[phase] / usual) : 1;
}

/// Each phase's median.
std::vector<PhaseCost> costs_of(const Run& run, const Of& of) {
  std::vector<PhaseCost> costs;
  for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
    const auto here = values(run, phase, of);
    costs.push_back({run.share.phases[phase], std::nullopt, here.size()});
    if (!here.empty()) costs.back().value = median(here);
  }
  return costs;
}

/// The same of what the loop does.
std::vector<PhaseCost> loop_costs_of(const Run& run, const Of& of) {
  std::vector<double> datagrams;
  for (const PhaseCost& taken : costs_of(run, [](const Row& row) { return row.datagrams; })) {
    datagrams.push_back(taken.value.value_or(0));
  }
  std::vector<PhaseCost> costs = costs_of(run, of);
  for (std::size_t phase = 0; phase < costs.size(); ++phase) {
    if (costs[phase].value) *costs[phase].value /= crowd(datagrams, run.share.phases, phase);
  }
  return costs;
}

Finding judge_time(const std::string& what, const std::vector<PhaseCost>& costs, double tolerance,
                   double least_tolerance = 0) {
  std::size_t fewest = kSureSamples;
  for (const PhaseCost& cost : costs) fewest = std::min(fewest, cost.samples);
  if (fewest > 0 && fewest < kFewestSamples) {
    return {.text = fmt::format("{}: some phase has only {} of them; longer phases would tell",
                                what, fewest),
            .is_left_out = true};
  }
  const double unsure = std::sqrt(kSureSamples / std::max(1.0, static_cast<double>(fewest)));
  return judge_costs(what, costs, std::max(tolerance * unsure, least_tolerance), 1e3, "ms");
}

void judge_processor(const Plan& plan, const Run& run, std::vector<Finding>& findings) {
  const std::string name = run.share.name();
  const auto loop_cpu = [](const Row& row) { return row.loop_cpu_seconds; };
  findings.push_back(judge_time(name + ": the loop's processor time a tick",
                                loop_costs_of(run, loop_cpu), plan.cpu_tolerance));
  findings.push_back(judge_time(name + ": the journal's processor time a step",
                                costs_of(run, journal_seconds_of_step), plan.cpu_tolerance,
                                kStepTolerance));
  const auto executed = [](const Row& row) { return row.loop_instructions; };
  if (run.rows.empty() ||
      !std::ranges::all_of(run.rows, [&](const Row& row) { return executed(row).has_value(); }))
    return;
  findings.push_back(judge_costs(name + ": the loop's instructions a tick",
                                 loop_costs_of(run, executed), kInstructionsTolerance, 1e-6,
                                 "million"));
}

Finding judge_range(const std::string& what, const std::vector<double>& bytes, double slack,
                    const std::string& remark) {
  if (bytes.empty()) return {false, what + ": not seen"};
  const auto [least, most] = std::minmax_element(bytes.begin(), bytes.end());
  return {*most - *least <= slack,
          fmt::format("{}: {:.1f} to {:.1f} MiB{}", what, *least / kMib, *most / kMib, remark)};
}

}  // namespace

std::vector<Finding> judge_load(const Plan& plan, const std::vector<Run>& runs) {
  std::vector<Finding> findings;
  for (const Run& run : runs) judge_processor(plan, run, findings);
  std::vector<double> all;
  for (const Run& run : runs) {
    std::vector<double> here;
    for (const Row& row : run.rows) here.push_back(row.resident_bytes);
    findings.push_back(
        judge_range(run.share.name() + ": resident memory", here, kMemorySlackBytes, ""));
    all.insert(all.end(), here.begin(), here.end());
  }
  findings.push_back(judge_range("resident memory", all, kRegistryCacheBytes + kMemorySlackBytes,
                                 ", whoever is enrolled; the registry's cache is up to 2 of them"));
  return findings;
}

Finding judge_calls(const std::vector<PhaseCalls>& phases) {
  std::vector<PhasePlan> plans;
  std::vector<double> datagrams;
  for (const PhaseCalls& calls : phases) {
    plans.push_back(calls.phase);
    datagrams.push_back(calls.datagrams);
  }
  std::vector<PhaseCost> costs;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    double total = 0;
    for (const auto& [name, calls] : phases[i].a_tick) total += calls;
    costs.push_back({plans[i], total / crowd(datagrams, plans, i), 1});
  }
  return judge_costs("system calls a tick", costs, kCallsTolerance, 1, "calls");
}

Finding judge_costs(const std::string& what, const std::vector<PhaseCost>& costs, double tolerance,
                    double scale, const std::string& unit) {
  std::vector<double> calm;
  const PhaseCost* worst = nullptr;
  for (const PhaseCost& cost : costs) {
    if (!cost.value) return {false, fmt::format("{}: not seen in {}", what, cost.phase.name)};
    if (cost.phase.is_calm()) {
      calm.push_back(*cost.value);
    } else if (worst == nullptr || *cost.value > *worst->value) {
      worst = &cost;
    }
  }
  if (calm.size() < 2 || worst == nullptr) {
    return {false, fmt::format("{}: too few phases to compare", what)};
  }
  const auto [least, most] = std::minmax_element(calm.begin(), calm.end());
  const double usual = median(calm);
  if (usual <= 0) return {false, fmt::format("{}: nothing was measured", what)};
  const double noise = (*most - *least) / usual;
  const double dearest = std::min(*most, usual * (1 + kMostNoise));
  const double excess = *worst->value / dearest - 1;
  return {excess <= tolerance,
          fmt::format("{}: {} healthy phases {:.3f} to {:.3f} {}, which is {:.1f} % of noise; the "
                      "worst other phase is {:+.1f} % from the dearest of them ({}), allowed is "
                      "{:.1f} %",
                      what, calm.size(), *least * scale, *most * scale, unit, 100 * noise,
                      100 * excess, worst->phase.name, 100 * tolerance)};
}

}  // namespace flatline::bench
