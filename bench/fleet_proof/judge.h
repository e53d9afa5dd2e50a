#pragma once

// Holds what was measured against the promises.

#include <string>
#include <vector>

#include "bench/fleet_proof/measured.h"

namespace flatline::bench {

struct Finding {
  bool holds = false;
  std::string text;
};

std::vector<Finding> judge(const Plan& plan, const std::vector<Run>& runs);

}  // namespace flatline::bench
