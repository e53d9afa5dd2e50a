#pragma once

// The names of what is reported of a phase and of a tick: one table each, for people and programs
// alike.

#include <optional>
#include <string>
#include <vector>

#include "bench/proofs/fleet/measured.h"

namespace flatline::bench {

/// Nothing: that could not be had. `-` in a table, null in JSON.
using Figure = std::optional<double>;

struct PhaseFigure {
  const char* name;
  Figure (*summary)(const std::vector<double>& of);
  Figure (*of)(const Row& row);  ///< Nothing: that tick does not count.
  double scale = 1;

  [[nodiscard]] Figure value(const Run& run, std::size_t phase) const;
};
const std::vector<PhaseFigure>& phase_figures();

struct TickFigure {
  const char* name;
  Figure (*value)(const Row& row);
};
const std::vector<TickFigure>& tick_figures();

std::string figure_json(Figure figure);

}  // namespace flatline::bench
