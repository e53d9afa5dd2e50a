#pragma once

// What was measured: a row a tick, in runs of one share of the capacity each.

#include <cstdint>
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
  std::uint64_t sent = 0;
  std::uint64_t send_errors = 0;
  std::uint64_t flooded = 0;
};

/// Leads one share through its phases.
Run measure(const Plan& plan, const SharePlan& share);

/// System calls of all the collector's threads in a phase, by name.
struct PhaseCalls {
  PhasePlan phase;
  std::map<std::string, double> a_tick;
  double datagrams = 0;  ///< A tick.

  [[nodiscard]] double total() const;
};

/// The same once more under strace, which slows the collector: nothing else is measured then.
std::vector<PhaseCalls> count_system_calls(const Plan& plan, const SharePlan& share);

/// What `of` says of the rows of a phase; of a row it may have nothing to say.
std::vector<double> values(const Run& run, std::size_t phase,
                           const std::function<std::optional<double>(const Row&)>& of);

}  // namespace flatline::bench
