#pragma once

// The flat line itself: load over time, phases marked, one picture a run.

#include <filesystem>
#include <string>
#include <vector>

#include "bench/proofs/fleet/measured.h"

namespace flatline::bench {

/// Writes load-PERCENT.dat and .gnuplot, and with gnuplot .svg and .png. Returns what was left out,
/// and why; empty: nothing.
std::string draw_pictures(const std::filesystem::path& folder, const Plan& plan,
                          const std::vector<Run>& runs);

}  // namespace flatline::bench
