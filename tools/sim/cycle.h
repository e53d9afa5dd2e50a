#pragma once

// The constant cycle in which a simulated fleet speaks: every sender once an interval, at its own
// phase, in the order of time. Pure: handed the time. Also how well the pace is kept.

#include <cstdint>
#include <span>

#include "schema/time.h"

namespace flatline::sim {

class Cycle {
 public:
  struct Slot {
    std::size_t sender = 0;      ///< Its index in `phases`.
    std::uint64_t interval = 0;  ///< How many whole intervals after the first grid's start.
    Instant deadline;
  };

  /// `phases` are sorted, each below `interval`, at least one, and outlive this. Sender s speaks at
  /// `grid` + phases[s] + k × interval, from the first such instant at or after `start` on;
  /// `start` lies within the first interval after `grid`.
  Cycle(std::span<const Duration> phases, Duration interval, Instant grid, Instant start);

  /// The next slot in the order of time.
  [[nodiscard]] const Slot& next() const { return next_; }
  /// Goes on to the one after it.
  void advance();

 private:
  void set_deadline() {
    next_.deadline =
        grid_ + phases_[next_.sender] + static_cast<std::int64_t>(next_.interval) * interval_;
  }

  std::span<const Duration> phases_;
  Duration interval_;
  Instant grid_;
  Slot next_;
};

/// Measures lateness against the schedule.
class Pace {
 public:
  explicit Pace(Duration interval);

  enum class Verdict {
    kKept,
    kLate,  ///< To be sent, and counted: more than a tenth of the interval late.
    kSkip,  ///< A whole interval late: not sent, and counted; its next slot is due already.
  };

  /// Of a slot that is served at `now`.
  Verdict judge(Instant deadline, Instant now);

  [[nodiscard]] std::uint64_t late() const { return late_; }
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  [[nodiscard]] Duration worst() const { return worst_; }

 private:
  Duration interval_;
  Duration tolerance_;
  std::uint64_t late_ = 0;
  std::uint64_t skipped_ = 0;
  Duration worst_{0};
};

}  // namespace flatline::sim
