#pragma once

// Holds what was measured against the promises.

#include <vector>

#include "bench/fleet_proof/measured.h"
#include "bench/stand/findings.h"

namespace flatline::bench {

/// Holds the totals of phases against the two healthy ones, which come first.
Finding judge_calls(const std::vector<PhaseCalls>& phases);

std::vector<Finding> judge(const Plan& plan, const std::vector<Run>& runs);

}  // namespace flatline::bench
