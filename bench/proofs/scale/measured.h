#pragma once

// What was measured of one size, and of the messages that a collector keeps.

#include <vector>

#include "bench/proofs/running_fleet.h"
#include "bench/proofs/scale/plan.h"
#include "bench/proofs/tick_watch.h"

namespace flatline::bench {

struct Measured {
  SizePlan size;
  double calm_after_seconds = 0;  ///< From the fleet's start: all were healthy, none was late.

  // Of the measured time.
  std::vector<Row> rows;
  double seconds = 0;
  double due = 0;  ///< Datagrams that the fleet's schedule wants.
  double sent = 0;
  double late = 0;
  double skipped = 0;
  double received = 0;
  double accepted = 0;
  double lost = 0;
  double loop_cpu_seconds = 0;
  double collector_cpu_seconds = 0;  ///< All its threads.
  double simulator_cpu_seconds = 0;
  double steps_lost = 0;
  double healthy = 0;  ///< At its end.

  // Of the collector's whole life.
  FleetSaid said;
  SummaryAnswer end;          ///< When all that was sent had arrived.
  double empty_bytes = 0;     ///< Resident, before the first host,
  double resident_bytes = 0;  ///< and at the end.

  /// Nothing was sent later than a tenth of the interval, nor left out.
  [[nodiscard]] bool kept_pace() const { return late == 0 && skipped == 0; }
  /// A burst with which a late simulator catches up may overrun any buffer, and what it left out
  /// nobody can hear: where that happened, losses and silence are not the collector's.
  [[nodiscard]] bool simulator_lost() const { return !kept_pace() && (lost > 0 || skipped > 0); }
  [[nodiscard]] double share(double cpu_seconds) const { return cpu_seconds / seconds; }
  /// What all of the collector's threads would use if everything due had come, were all they do
  /// there for each datagram: at most.
  [[nodiscard]] double full_share() const;
  [[nodiscard]] double median_tick_seconds() const;
  [[nodiscard]] double worst_tick_seconds() const;
  [[nodiscard]] double worst_lateness_seconds() const;
  /// Steps of the history, or checkpoints.
  [[nodiscard]] double writes(WrittenAnswer Row::*what) const;
  [[nodiscard]] double bytes_per_slot() const { return resident_bytes / size.capacity(); }
  /// Without what the smallest collector takes as well.
  [[nodiscard]] double bytes_per_slot_beyond(const Measured& smallest) const;
};

/// Tells its progress on stderr.
Measured measure(const Plan& plan, const SizePlan& size, Milliseconds length);

/// What a kept message takes: as the host table's type says, and by what two collectors differ that
/// keep none and the usual number.
struct MessageCost {
  double declared_bytes = 0;
  double measured_bytes = 0;
};
MessageCost measure_messages();

/// Everything that the proof has found.
struct Proof {
  Measured smallest;
  std::vector<Measured> sizes;
  MessageCost message;
};

}  // namespace flatline::bench
