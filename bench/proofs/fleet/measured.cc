#include "bench/proofs/fleet/measured.h"

namespace flatline::bench {

double PhaseCalls::total() const {
  double sum = 0;
  for (const auto& [name, calls] : a_tick) sum += calls;
  return sum;
}

std::vector<double> values(const Run& run, std::size_t phase,
                           const std::function<std::optional<double>(const Row&)>& of) {
  std::vector<double> found;
  for (const Row& row : run.rows) {
    if (row.phase != phase) continue;
    if (const auto value = of(row)) found.push_back(*value);
  }
  return found;
}

}  // namespace flatline::bench
