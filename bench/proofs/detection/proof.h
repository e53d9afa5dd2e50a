#pragma once

// Holds what was measured against what is promised, and prints both.

#include <vector>

#include "bench/proofs/detection/detection.h"
#include "bench/proofs/findings.h"

namespace flatline::bench {

/// Prints the spreads of the real run.
void prove_detection(const DetectionPlan& plan, std::vector<Finding>& findings);

/// Prints a line a loss and a window. Each is played for so many intervals of a host, or up to ten
/// times as many where falls are rare; where those are too few to tell, arithmetic stands alone.
void prove_losses(double host_intervals, std::vector<Finding>& findings);

}  // namespace flatline::bench
