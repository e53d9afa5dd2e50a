#pragma once

// A real collector with living hosts, and strangers who send ever more until a host is silent.

#include <cstdint>
#include <map>
#include <vector>

#include "bench/proofs/report.h"

namespace flatline::bench {

struct Plan {
  std::map<std::uint32_t, std::uint32_t> hosts_by_capacity{{64, 50}, {1024, 500}, {16'384, 5000}};
  std::vector<double> rates{25e3, 50e3, 100e3, 200e3, 300e3, 400e3, 600e3, 1e6};
  double seconds = 10;  ///< Of each rate: longer than it takes to be silent.
};

/// Floods a collector with each kind of strangers. Adds a table to the report for each kind, with a
/// column for each rate, and says what was held.
void flood_all(std::uint32_t capacity, std::uint32_t hosts, const Plan& plan, Report& report);

}  // namespace flatline::bench
