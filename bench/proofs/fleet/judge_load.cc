#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "bench/proofs/fleet/judge.h"
#include "bench/proofs/fleet/noise.h"

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

using Of = std::function<std::optional<double>(const Row&)>;

std::string name(const Run& run) {
  return fmt::format("{} % enrolled", run.share.percent);
}

/// The median of what was seen of it in a phase.
PhaseCost typical(const Run& run, std::size_t phase, const Of& of) {
  const auto here = values(run, phase, of);
  PhaseCost cost{run.share.phases[phase], std::nullopt, here.size()};
  if (!here.empty()) cost.value = median(here);
  return cost;
}

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

enum class Whose { kLoop, kOther };

/// Each phase's median.
std::vector<PhaseCost> costs_of(const Run& run, Whose whose, const Of& of) {
  std::vector<double> datagrams;
  for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
    const auto taken = typical(run, phase, [](const Row& row) { return row.datagrams; });
    datagrams.push_back(taken.value.value_or(0));
  }
  std::vector<PhaseCost> costs;
  for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
    PhaseCost cost = typical(run, phase, of);
    if (cost.value && whose == Whose::kLoop) {
      *cost.value /= crowd(datagrams, run.share.phases, phase);
    }
    costs.push_back(std::move(cost));
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
  findings.push_back(
      judge_time(name(run) + ": the loop's processor time a tick",
                 costs_of(run, Whose::kLoop, [](const Row& row) { return row.loop_cpu_seconds; }),
                 plan.cpu_tolerance));
  findings.push_back(judge_time(name(run) + ": the journal's processor time a step",
                                costs_of(run, Whose::kOther,
                                         [](const Row& row) -> std::optional<double> {
                                           if (row.history.writes == 0 || row.checkpoint.writes > 0)
                                             return std::nullopt;
                                           return row.journal_cpu_seconds * row.ticks /
                                                  row.history.writes;
                                         }),
                                plan.cpu_tolerance, kStepTolerance));
  const bool counted =
      !run.rows.empty() && std::all_of(run.rows.begin(), run.rows.end(), [](const Row& row) {
        return row.loop_instructions.has_value();
      });
  if (!counted) return;
  const auto instructions =
      costs_of(run, Whose::kLoop, [](const Row& row) { return row.loop_instructions; });
  findings.push_back(judge_costs(name(run) + ": the loop's instructions a tick", instructions,
                                 kInstructionsTolerance, 1e-6, "million"));
}

Finding judge_range(const std::string& what, const std::vector<double>& bytes, double slack,
                    const std::string& remark) {
  if (bytes.empty()) return {false, what + ": not seen"};
  constexpr double kMib = 1 << 20;
  const auto [least, most] = std::minmax_element(bytes.begin(), bytes.end());
  return {*most - *least <= slack,
          fmt::format("{}: {:.1f} to {:.1f} MiB{}", what, *least / kMib, *most / kMib, remark)};
}

void judge_memory(const std::vector<Run>& runs, std::vector<Finding>& findings) {
  std::vector<double> all;
  for (const Run& run : runs) {
    std::vector<double> here;
    for (const Row& row : run.rows) here.push_back(row.resident_bytes);
    findings.push_back(judge_range(name(run) + ": resident memory", here, kMemorySlackBytes, ""));
    all.insert(all.end(), here.begin(), here.end());
  }
  findings.push_back(judge_range("resident memory", all, kRegistryCacheBytes + kMemorySlackBytes,
                                 ", whoever is enrolled; the registry's cache is up to 2 of them"));
}

}  // namespace

std::vector<Finding> judge_load(const Plan& plan, const std::vector<Run>& runs) {
  std::vector<Finding> findings;
  for (const Run& run : runs) judge_processor(plan, run, findings);
  judge_memory(runs, findings);
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
    costs.push_back({plans[i], phases[i].total() / crowd(datagrams, plans, i), 1});
  }
  return judge_costs("system calls a tick", costs, kCallsTolerance, 1, "calls");
}

}  // namespace flatline::bench
