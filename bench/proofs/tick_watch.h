#pragma once

// Looks at a running collector in the middle of every tick: what it says of itself, and what the
// kernel counts of it. From one look to the next is a row.

#include <cstdint>
#include <functional>
#include <optional>

#include "bench/proofs/report.h"
#include "schema/answers/view_answers.h"
#include "schema/time.h"
#include "tests/harness/process_figures.h"
#include "tests/harness/programs.h"
#include "tools/cli/client.h"

namespace flatline::bench {

using Seconds = std::chrono::duration<double>;

/// A collector's memory may move by so much while everything is allocated: stacks, and the API's
/// answers.
inline constexpr double kMemorySlackBytes = 1 << 20;
/// SQLite's own bound for the pages of a database that it keeps: of the registry it keeps as many
/// as hosts have filled.
inline constexpr double kRegistryCacheBytes = 2000 * 1024;

/// What the collector and the kernel said in the middle of a tick.
struct Sample {
  double at_seconds = 0;  ///< Since the watch's start; below zero before it.
  SummaryAnswer summary;
  test::ProcessFigures process;
  std::optional<std::uint64_t> loop_instructions;
  std::optional<BitmapAnswer> healthy;  ///< The plane, if the watch looks at bits.
  double logged_bytes = 0;              ///< Until now.
};

/// From one sample to the next: per tick, if some ticks were not seen.
struct Row {
  double at_seconds = 0;
  std::size_t phase = 0;  ///< Of those that the run is led through, if it is.
  double ticks = 0;       ///< Between the two samples.
  double tick_seconds = 0;
  double lateness_seconds = 0;
  double loop_cpu_seconds = 0;
  double journal_cpu_seconds = 0;
  double datagrams = 0;
  double datagram_bytes = 0;
  double published_bytes = 0;
  WrittenAnswer history;  ///< Of whole steps: not divided by ticks.
  WrittenAnswer checkpoint;
  double registry_rows = 0;  ///< Likewise.
  double written_bytes = 0;
  double logged_bytes = 0;  ///< Of these, lines of the log, which follow the flags.
  double resident_bytes = 0;
  double lost = 0;
  double filtered = 0;
  double hosts = 0;
  double healthy = 0;
  double failing = 0;
  double silent = 0;
  std::optional<double> loop_instructions;
  /// Bits of the healthy plane that differ from those of the tick before. Nothing: not looked at,
  /// or the two planes are not of neighbouring ticks.
  std::optional<double> flips;
};

Row row_between(const Sample& before, const Sample& after);

/// Everything that was sent in the collector's life, by the fleet and by strangers, was received,
/// lost or filtered. `end` is of a tick after the last datagram.
Finding judge_accounts(const std::string& whose, double sent, double errors, double by_strangers,
                       const SummaryAnswer& end);

class TickWatch {
 public:
  /// Times in samples count from `start`. With `looks_at_bits` each sample has the healthy plane;
  /// it is asked for last, so that its cost is the next row's, of every row. `collector` outlives
  /// this.
  TickWatch(test::RunningCollector& collector, Duration tick, Instant start,
            bool looks_at_bits = false);

  /// Whether so many hosts are registered and healthy before `deadline`; waits for it.
  bool all_healthy_by(Instant deadline, std::uint32_t hosts);
  /// Sleeps to the middle of the next tick, and takes what there is.
  Sample next();
  /// Tells `each` the row of every tick after `before`, until it answers false. Returns the last
  /// sample that a row was made of.
  Sample follow(Sample before, const std::function<bool(Row row)>& each);

  /// Now.
  SummaryAnswer summary();
  /// What it says when everything is counted that has been sent until now, however late ticks come.
  SummaryAnswer final_summary();

 private:
  void align();

  test::RunningCollector& collector_;
  pid_t process_;
  Duration tick_;
  Instant start_;
  bool looks_at_bits_;
  cli::Client client_;
  test::InstructionCounter instructions_;
  std::optional<Instant> next_;
};

void sleep_until(Instant when);

}  // namespace flatline::bench
