#pragma once

// False silences under loss, in simulated time: the collector's own fleet hears what a lossy
// network leaves over, for millions of intervals, and what it publishes is held against arithmetic.

#include <cstdint>

namespace flatline::bench {

struct LossCase {
  double loss = 0;           ///< Share of datagrams, each for itself.
  unsigned stale_after = 4;  ///< So many losses in a row condemn.
};

/// Of one host, per interval, from the loss p and stale_after k. Silence begins k + 1/2 intervals
/// after the last arrival: a run of exactly k losses lasts half an interval beyond the window. A
/// tick falls into that half for the share s of hosts: those that speak in the first half of an
/// interval that begins with the tick.
struct LossArithmetic {
  double runs = 0;       ///< Runs of at least k losses: (1 - p) p^k.
  double published = 0;  ///< Of these, seen by a tick: (1 - p) p^k (s + (1 - s) p).
  double silent = 0;     ///< Share of hosts that are silent at a tick: p^k (s + (1 - s) p).
};
LossArithmetic arithmetic(const LossCase& loss, double first_half = 0.5);

struct LossMeasured {
  double intervals = 0;   ///< Of all hosts together.
  double falls = 0;       ///< Times that a host's bit fell, though it spoke all the time.
  double silent = 0;      ///< Silent hosts, summed over the ticks.
  double first_half = 0;  ///< The share s of the hosts that played.
};
LossMeasured play(const LossCase& loss, double host_intervals);

}  // namespace flatline::bench
