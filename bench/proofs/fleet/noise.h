#pragma once

// Whether phases in which something happens cost more than healthy ones, which differ among
// themselves too. Pure.

#include <optional>
#include <string>
#include <vector>

#include "bench/proofs/findings.h"
#include "bench/proofs/fleet/plan.h"

namespace flatline::bench {

/// However dear a healthy phase was, it excuses no more than this above the median of them: beyond,
/// a run would prove nothing.
inline constexpr double kMostNoise = 0.5;

/// What a phase cost; nothing: that was not seen.
struct PhaseCost {
  PhasePlan phase;
  std::optional<double> value;
  std::size_t samples = 1;  ///< That `value` is the median of.
};

/// Holds when no phase's cost is above that of the dearest healthy one by more than `tolerance`, a
/// share of it; and breaks when some cost was not seen, or there are not two healthy phases. `unit`
/// is what a value times `scale` is told in.
Finding judge_costs(const std::string& what, const std::vector<PhaseCost>& costs, double tolerance,
                    double scale, const std::string& unit);

}  // namespace flatline::bench
