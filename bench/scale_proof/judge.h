#pragma once

// Holds what was measured against what is promised.

#include <string>
#include <vector>

#include "bench/scale_proof/measured.h"
#include "bench/stand/findings.h"

namespace flatline::bench {

std::vector<Finding> judge(const Plan& plan, const Proof& proof);

/// What has to be said beside: of each size whose simulator did not keep its pace, that, and what
/// was not judged for it.
std::vector<std::string> remarks(const Proof& proof);

}  // namespace flatline::bench
