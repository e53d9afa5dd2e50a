#pragma once

// What was measured, for people and for programs.

#include <filesystem>
#include <string>
#include <vector>

#include "bench/proofs/scale/judge.h"

namespace flatline::bench {

/// A column a size.
std::string format_table(const Plan& plan, const Proof& proof);

/// scale.json, scale.txt with `text`, and the picture as SVG and PNG where gnuplot is installed.
/// Returns what was left out, and why.
std::string write_report(const Plan& plan, const Proof& proof, const std::vector<Finding>& findings,
                         const std::string& text);

}  // namespace flatline::bench
