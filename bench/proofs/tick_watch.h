#pragma once

// Looks at a running collector in the middle of every tick: what it says of itself, and what the
// kernel counts of it. From one look to the next is a row.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/proofs/median.h"
#include "bench/proofs/process_figures.h"
#include "schema/answers/view_answers.h"
#include "schema/time.h"
#include "tools/cli/client.h"

namespace flatline::bench {

using Seconds = std::chrono::duration<double>;

/// What the collector and the kernel said between two ticks.
struct Sample {
  double at_seconds = 0;  ///< Since the watch's start; below zero before it.
  SummaryAnswer summary;
  ProcessFigures process;
  std::optional<std::uint64_t> loop_instructions;
  std::optional<BitmapAnswer> healthy;  ///< The plane, if the watcher has asked for it.
  std::uint64_t logged_bytes = 0;       ///< Until now, likewise.
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
  double other_cpu_seconds = 0;  ///< The API's threads, whom this very proof asks once a tick.
  std::map<std::string, double> cpu_seconds;  ///< Of each thread by its name; alike ones together.
  double datagrams = 0;
  double datagram_bytes = 0;
  double receive_calls = 0;
  double published_bytes = 0;
  WrittenAnswer history;  ///< Of whole steps: not divided by ticks.
  WrittenAnswer checkpoint;
  double registry_rows = 0;  ///< Likewise.
  double written_bytes = 0;
  double logged_bytes = 0;  ///< Of these, lines of the log, which follow the flags.
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
  /// Bits of the healthy plane that differ from those of the tick before. Nothing: not asked for,
  /// or the two planes are not of neighbouring ticks.
  std::optional<double> flips;
};

Row row_between(const Sample& before, const Sample& after);

class TickWatch {
 public:
  /// `api` is HOST:PORT. Times in samples count from `start`.
  TickWatch(pid_t process, const std::string& api, Duration tick, Instant start);

  /// Sleeps to the middle of the next tick, and takes what there is.
  Sample next();

  /// For whoever has not looked for a while: ticks that have passed are not looked at.
  void skip() { next_.reset(); }

  /// Now.
  SummaryAnswer summary();
  /// Likewise. Asked for after a sample was taken, so that its cost is the next row's, of every
  /// row.
  BitmapAnswer healthy_plane();

 private:
  void align();

  pid_t process_;
  Duration tick_;
  Instant start_;
  cli::Client client_;
  InstructionCounter instructions_;
  std::optional<Instant> next_;
};

void sleep_until(Instant when);

}  // namespace flatline::bench
