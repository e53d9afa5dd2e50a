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
  Spread silence;         ///< From a host's last datagram to the tick whose bitmap shows it,
  Spread silence_read;    ///< and to when a reader had it who asks every 20 ms.
  Spread failure;         ///< From the failure, which is one instant for all, to the tick,
  Spread told_failure;    ///< and from each host's datagram that told of it.
  Spread recovery;        ///< From the first datagram's turn after the silence to the tick.
  std::size_t never = 0;  ///< Victims whose bit never fell, or rose before its time.
  std::size_t wrong = 0;  ///< Others whose bit fell, ticks and hosts.
  std::size_t ticks_missed = 0;
  double silent_under_loss = 0;  ///< Hosts, the mean over the lossy ticks.
  double lost = 0;               ///< By the kernel.
  double late_seconds = 0;       ///< The worst lateness of a tick and of the speakers, and the
                                 ///< longest tick: no promise of the collector's holds without it.
};

Detection detect(const DetectionPlan& plan);

}  // namespace flatline::bench
