#include "bench/proofs/fleet/noise.h"

#include <fmt/core.h>

#include <algorithm>

#include "bench/proofs/tick_watch.h"

namespace flatline::bench {

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
