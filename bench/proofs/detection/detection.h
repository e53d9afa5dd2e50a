#pragma once

// How long the real collector took to show what happened to real datagrams; and how often loss
// alone makes a host look silent, in simulated time.

#include <cstdint>

#include "bench/proofs/report.h"
#include "schema/time.h"

namespace flatline::bench {

struct DetectionPlan {
  std::uint32_t hosts = 10'000;
  Milliseconds interval{1000};
  Milliseconds tick{1000};
};

/// Leads a collector and hosts through silence and failure, and judges every bit of every view.
void prove_detection(const DetectionPlan& plan, Report& report);

/// False silences under loss: a line a loss and a window. Each is played by the collector's own
/// fleet for so many intervals of one host, or up to ten times as many where falls are rare, and
/// held against arithmetic; where those are too few to tell, arithmetic stands alone.
void prove_losses(double host_intervals, Report& report);

}  // namespace flatline::bench
