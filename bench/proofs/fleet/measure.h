#pragma once

// The real programs, led through the phases once for each share of the capacity: a row a tick.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/proofs/fleet/plan.h"
#include "bench/proofs/tick_watch.h"

namespace flatline::bench {

struct Run {
  SharePlan share;
  std::uint32_t hosts = 0;
  std::vector<Row> rows;  ///< Without the warm-up's.
  SummaryAnswer end;      ///< After the last phase.
  double sent = 0;
  double send_errors = 0;
  double flooded = 0;  ///< Datagrams that strangers sent.
};

Run measure(const Plan& plan, const SharePlan& share);

/// System calls of all the collector's threads in a phase, by name.
struct PhaseCalls {
  PhasePlan phase;
  std::map<std::string, double> a_tick;
  double datagrams = 0;  ///< A tick.
};

/// Whether strace is installed.
bool can_count_system_calls();
/// Leads the programs through the phases once more under strace, which stops the collector at each
/// call: nothing else is measured then.
std::vector<PhaseCalls> count_system_calls(const Plan& plan, const SharePlan& share);

/// What `of` says of the rows of a phase; of a row it may have nothing to say.
std::vector<double> values(const Run& run, std::size_t phase,
                           const std::function<std::optional<double>(const Row&)>& of);

}  // namespace flatline::bench
