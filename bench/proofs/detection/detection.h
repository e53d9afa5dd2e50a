#pragma once

// How long the real collector took to show what happened to real datagrams.

#include <string>
#include <vector>

#include "schema/time.h"

namespace flatline::bench {

struct DetectionPlan {
  std::uint32_t hosts = 10'000;
  Milliseconds interval{1000};
  Milliseconds tick{1000};
  double loss = 0.3;         ///< In the last phase,
  int lossy_intervals = 20;  ///< which lasts so long after a window.
};

/// Seconds, sorted.
struct Spread {
  std::vector<double> seconds;

  void add(Duration duration);
  void sort();
  /// At a share from 0 (the least) to 1 (the greatest).
  [[nodiscard]] double at(double share) const;
};

struct Detection {
  Spread silence;       ///< From a host's last datagram to the tick whose bitmap shows it,
  Spread silence_read;  ///< and to when a reader had it who asks every 20 ms.
  Spread failure;       ///< From the failure, which is one instant for all, to the tick,
  Spread told_failure;  ///< and from each host's datagram that told of it.
  Spread recovery;      ///< From the first datagram's turn after the silence to the tick.

  // Ticks come when they come, and may come late: what is promised of a bit holds at each of them.
  Spread still_reporting;  ///< From a host's last datagram to the last tick that shows it up.
  Spread still_healthy;  ///< From the datagram that told of failure to the last that shows it well.
  Spread still_silent;   ///< From its first one afterwards to the last that shows it silent.

  std::size_t victims = 0;        ///< Hosts that were told to be silent, and hosts told to fail.
  std::size_t never = 0;          ///< Of these: their bit never fell, or rose before its time.
  std::size_t wrong = 0;          ///< Other hosts whose bit fell.
  std::size_t ticks_missed = 0;   ///< By the reader.
  std::uint64_t send_errors = 0;  ///< Datagrams that the kernel did not take.
  double silent_under_loss = 0;   ///< Hosts, the mean over the lossy ticks.
  double lost = 0;                ///< By the kernel.
  double tick_late_seconds = 0;   ///< The worst, as everything here, in the collector's whole life.
  double tick_seconds = 0;        ///< The longest.
  double speakers_late_seconds = 0;
};

Detection detect(const DetectionPlan& plan);

}  // namespace flatline::bench
