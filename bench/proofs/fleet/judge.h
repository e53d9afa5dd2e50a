#pragma once

// Holds what was measured against the promises. Pure: the same runs, the same findings.

#include <optional>
#include <string>
#include <vector>

#include "bench/proofs/fleet/measure.h"
#include "bench/proofs/report.h"

namespace flatline::bench {

/// What is exact: bytes, rows and pages, over all runs, and that each run played what it says.
std::vector<Finding> judge_amounts(const std::vector<Run>& runs);

/// What is compared within bounds: processor time, instructions, memory.
std::vector<Finding> judge_load(const Plan& plan, const std::vector<Run>& runs);

/// System calls a tick.
Finding judge_calls(const std::vector<PhaseCalls>& phases);

/// However dear a healthy phase was, it excuses no more than this above the median of them: beyond,
/// a run would prove nothing.
inline constexpr double kMostNoise = 0.5;

/// What a phase cost; nothing: that was not seen.
struct PhaseCost {
  PhasePlan phase;
  std::optional<double> value;
  std::size_t samples = 1;  ///< That `value` is the median of.
};

/// Whether phases in which something happens cost more than healthy ones, which differ among
/// themselves too. Holds when no phase's cost is above that of the dearest healthy one by more than
/// `tolerance`, a share of it; and breaks when some cost was not seen, or there are not two healthy
/// phases. `unit` is what a value times `scale` is told in.
Finding judge_costs(const std::string& what, const std::vector<PhaseCost>& costs, double tolerance,
                    double scale, const std::string& unit);

}  // namespace flatline::bench
