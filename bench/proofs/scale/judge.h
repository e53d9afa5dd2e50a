#pragma once

// Holds what was measured against what is promised.

#include <string>
#include <vector>

#include "bench/proofs/findings.h"
#include "bench/proofs/scale/measured.h"

namespace flatline::bench {

std::vector<Finding> judge(const Plan& plan, const Proof& proof);

/// What has to be said beside: of each size whose simulator did not keep its pace, that, and what
/// was not judged for it.
std::vector<std::string> remarks(const Proof& proof);

}  // namespace flatline::bench
