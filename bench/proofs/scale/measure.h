#pragma once

// What a collector and its fleet take at one size: the real programs, side by side on this machine.

#include <string>
#include <vector>

#include "bench/proofs/report.h"
#include "bench/proofs/tick_watch.h"
#include "schema/limits.h"
#include "tests/harness/running_fleet.h"

namespace flatline::bench {

struct SizePlan {
  std::uint32_t hosts = 0;
  Milliseconds interval{1000};

  /// `1000000@5s`
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::uint32_t capacity() const { return test::capacity_for(hosts); }
  /// Its collector's.
  [[nodiscard]] Milliseconds tick() const { return std::min<Milliseconds>(kDefaultTick, interval); }
};

struct Measured {
  SizePlan size;
  double calm_after_seconds = 0;  ///< From the fleet's start: all were healthy, none was late.

  // Of the measured time.
  std::vector<Row> rows;
  double seconds = 0;
  double due = 0;  ///< Datagrams that the fleet's schedule wants.
  double received = 0;
  double lost = 0;
  double late = 0;      ///< Sent later than a tenth of the interval,
  double left_out = 0;  ///< or not at all.
  double loop_cpu_seconds = 0;
  double collector_cpu_seconds = 0;  ///< All its threads.
  double simulator_cpu_seconds = 0;
  double healthy = 0;  ///< At its end, as the next.
  double resident_bytes = 0;

  // Of the collector's whole life.
  test::FleetSaid said;
  SummaryAnswer after;  ///< When all that was sent had arrived.

  /// Cores that the collector would use if everything due had come, were all it does there for each
  /// datagram: at most.
  [[nodiscard]] double full_cores() const {
    return collector_cpu_seconds / seconds * std::max(1.0, due / received);
  }
  [[nodiscard]] double bytes_per_slot() const { return resident_bytes / size.capacity(); }
  /// Without what the smallest collector takes as well.
  [[nodiscard]] double bytes_per_slot_beyond(const Measured& smallest) const {
    return (resident_bytes - smallest.resident_bytes) /
           (size.capacity() - smallest.size.capacity());
  }
};

/// Tells its progress on stderr.
Measured measure(const SizePlan& size, Milliseconds length);

/// Holds a size against what is promised, and notes where the simulator did not keep its pace.
void judge(const Measured& measured, const Measured& smallest, Report& report);

/// A column a size, and how each figure grows from the smallest fleet to the largest.
Table sizes_table(const std::vector<Measured>& sizes, const Measured& smallest);
Plot growth_plot();

}  // namespace flatline::bench
