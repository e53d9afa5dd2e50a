#include "bench/fleet_proof/measured.h"

namespace flatline::bench {

double PhaseCalls::total() const {
  double sum = 0;
  for (const auto& [name, calls] : a_tick) sum += calls;
  return sum;
}

std::vector<double> values(const Run& run, std::size_t phase, double (*of)(const Row&)) {
  std::vector<double> found;
  for (const Row& row : run.rows) {
    if (row.phase == phase) found.push_back(of(row));
  }
  return found;
}

}  // namespace flatline::bench
