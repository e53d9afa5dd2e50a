#pragma once

// What is reported of a tick and of a phase: one list of figures for people, files and plots.

#include <vector>

#include "bench/proofs/fleet/measure.h"
#include "bench/proofs/report.h"

namespace flatline::bench {

struct RowFigure {
  const char* name;
  Value (*of)(const Row& row);                       ///< Nothing: that tick does not count.
  double (*summary)(const std::vector<double>& of);  ///< Of the ticks of a phase.
  double scale = 1;

  /// Nothing: no tick of the phase has it.
  [[nodiscard]] Value of_phase(const Run& run, std::size_t phase) const;
};
const std::vector<RowFigure>& row_figures();

/// What a tick took in which a step of the history was stored, and no checkpoint.
Value journal_seconds_of_step(const Row& row);

/// A column a phase.
Table phases_table(const Run& run);
/// A column a tick; for files alone.
Table ticks_table(const Run& run);
Table calls_table(const std::vector<PhaseCalls>& phases);
/// The flat line itself: the ticks' table over time, with the phases marked.
Plot load_plot(const Plan& plan, const Run& run);

}  // namespace flatline::bench
