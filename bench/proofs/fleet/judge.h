#pragma once

// Holds what was measured against the promises. Pure: the same runs, the same findings.

#include <vector>

#include "bench/proofs/findings.h"
#include "bench/proofs/fleet/measured.h"

namespace flatline::bench {

/// What is exact: bytes, rows and pages, over all runs, and that each run played what it says.
std::vector<Finding> judge_amounts(const std::vector<Run>& runs);

/// What is compared within bounds: processor time, instructions, memory.
std::vector<Finding> judge_load(const Plan& plan, const std::vector<Run>& runs);

/// System calls a tick.
Finding judge_calls(const std::vector<PhaseCalls>& phases);

}  // namespace flatline::bench
