#pragma once

// What was measured, for people and for programs.

#include <filesystem>
#include <string>
#include <vector>

#include "bench/proofs/fleet/judge.h"

namespace flatline::bench {

/// A line a phase.
std::string format_table(const Run& run);
std::string format_calls(const std::vector<PhaseCalls>& phases);

/// Everything that a proof has found.
struct Proof {
  std::vector<Run> runs;
  std::vector<PhaseCalls> calls;  ///< Empty: they were not counted.
  std::vector<Finding> findings;
};

/// fleet.json, fleet.txt, and a picture of each run as SVG and PNG where gnuplot is installed.
/// Returns what was left out, and why.
std::string write_report(const std::filesystem::path& folder, const Plan& plan, const Proof& proof);

}  // namespace flatline::bench
