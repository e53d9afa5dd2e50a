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

/// What strangers know of a collector and its hosts, besides the contract.
enum class Knowledge : std::uint8_t {
  kNothing,    ///< A key id that is not live.
  kLiveKeyId,  ///< And agent ids of no host.
  kOneHost     ///< All of one host but its epoch.
};

/// Adds a table to the report, with a column for each rate, and says what was held.
Finding flood_all(std::uint32_t capacity, std::uint32_t hosts, Knowledge knowledge,
                  const Plan& plan, Report& report);

}  // namespace flatline::bench
