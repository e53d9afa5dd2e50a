#pragma once

// The simulated fleet's command line.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schema/program/endpoint.h"
#include "schema/time.h"
#include "tools/sim/label_rules.h"
#include "tools/sim/limits.h"
#include "tools/sim/scenario.h"

namespace flatline::sim {

struct SimulationOptions {
  std::vector<Endpoint> collectors;
  std::filesystem::path fleet_key;
  std::filesystem::path next_fleet_key;  ///< Empty: hosts keep the key that they have.
  double rotate = 1;                     ///< The share of hosts that one SIGHUP moves to it.
  std::uint32_t hosts = 0;
  std::uint32_t clones = 0;
  std::uint32_t checks = kDefaultSimulatedChecks;
  Milliseconds interval{kDefaultInterval};
  std::vector<LabelRule> labels;
  std::vector<Phase> scenario;
  std::optional<Milliseconds> length;  ///< Without it, the run lasts until a signal.
  std::uint64_t seed = 1;
  std::filesystem::path truth;  ///< If empty, no truth is written.
  double loss = 0;              ///< This share and the next two are from 0 to 1.
  double duplicate = 0;
  double reorder = 0;
  Milliseconds delay{kDefaultHoldDelay};
  Milliseconds skew{0};
  std::string name_prefix = "sim-";
};

/// Returns nothing if help or version was asked for, which is then printed. Throws UsageError that
/// names the flag and what is allowed.
std::optional<SimulationOptions> parse_options(int argc, const char* const* argv);

}  // namespace flatline::sim
