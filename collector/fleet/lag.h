#pragma once

// How far behind its own time a host's snapshots arrive. Each of them may be held back on its way,
// and be let go in any pattern; but what a host's sealed clocks say cannot be changed, so the time
// that a snapshot waited is the progress of arrivals less the progress of the host.
//
// There are two sums, because each clock of a host can stand still or jump while the other goes on:
// one by its uptime, one by its send times. Lag is the smaller. Neither is ever more than half a
// window above the other, so that a clock that was put right mends at once what it had spoilt.
// CONTRACT.md, "Late", has the promise that follows. Each slot's row holds one of these. Pure.

#include "schema/time.h"

namespace flatline {

class Lag {
 public:
  /// What is known of the time of one authentic snapshot.
  struct Times {
    Moment arrival;  ///< By the collector's clocks, its own pauses included.
    WallTime sent_at{};
    Milliseconds uptime{0};
  };

  /// Takes the snapshot that follows the last one taken. With the first of an epoch, the host may
  /// have been started anew, and its machine too. `window` is the host's.
  void take(const Times& times, bool is_first_of_epoch, Duration window);

  [[nodiscard]] Duration value() const;

 private:
  /// What remains of the last snapshot.
  struct Last {
    Instant now{};
    Instant raw{};
    WallTime sent_at{};
    Milliseconds uptime{0};
    bool clocks_agreed = false;  ///< The host's wall clock and ours, within kFirstContactSkew.
    bool is_there = false;
  };

  Duration by_uptime_{0};
  Duration by_send_time_{0};
  Last last_;
};

}  // namespace flatline
