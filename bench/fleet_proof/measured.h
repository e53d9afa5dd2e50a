#pragma once

// What was measured: a row a tick, in runs of one share of the capacity each.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/fleet_proof/plan.h"
#include "bench/fleet_proof/process_figures.h"
#include "schema/answers.h"

namespace flatline::bench {

/// What the collector and the kernel said between two ticks.
struct Sample {
  double at_seconds = 0;  ///< Since the run's first phase; below zero while hosts register.
  SummaryAnswer summary;
  ProcessFigures process;
  std::optional<std::uint64_t> loop_instructions;
};

/// From one sample to the next: per tick, if some ticks were not seen.
struct Row {
  double at_seconds = 0;
  std::size_t phase = 0;
  double ticks = 0;  ///< Between the two samples.
  double tick_seconds = 0;
  double lateness_seconds = 0;
  double loop_cpu_seconds = 0;
  double journal_cpu_seconds = 0;
  double other_cpu_seconds = 0;  ///< The API's threads, whom this very proof asks once a tick.
  double datagrams = 0;
  double datagram_bytes = 0;
  double receive_calls = 0;
  double published_bytes = 0;
  WrittenAnswer history;  ///< Of whole steps: not divided by ticks.
  WrittenAnswer checkpoint;
  double registry_rows = 0;  ///< Likewise.
  double written_bytes = 0;
  double disk_bytes = 0;
  double write_calls = 0;
  double read_calls = 0;
  double switches = 0;  ///< Times that the loop's thread slept.
  double resident_bytes = 0;
  double lost = 0;
  double filtered = 0;
  double hosts = 0;
  double healthy = 0;
  double failing = 0;
  double silent = 0;
  std::optional<double> loop_instructions;
};

Row row_between(const Sample& before, const Sample& after, std::size_t phase);

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
  std::string phase;
  std::map<std::string, double> a_tick;

  [[nodiscard]] double total() const;
};

/// The same once more under strace, which slows the collector: nothing else is measured then.
std::vector<PhaseCalls> count_system_calls(const Plan& plan, const SharePlan& share);

/// What `of` says of the rows of a phase.
std::vector<double> values(const Run& run, std::size_t phase, double (*of)(const Row&));
double median(std::vector<double> values);

}  // namespace flatline::bench
