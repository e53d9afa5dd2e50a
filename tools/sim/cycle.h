#pragma once

// The constant cycle in which a simulated fleet sends: every sender once an interval, at its own
// phase, in the order of time; and how well this pace is kept. Pure: callers say what time it is.

#include <cstdint>
#include <span>

#include "schema/time.h"

namespace flatline::sim {

class Cycle {
 public:
  struct Slot {
    std::size_t sender = 0;      ///< Its index in `phases`.
    std::uint64_t interval = 0;  ///< How many whole intervals after `grid` this one begins.
    Instant deadline;
  };

  /// There must be at least one phase; all are sorted, below `interval`, and outlive this. Sender s
  /// sends at `grid` + phases[s] + k × interval, from the first such instant at or after `start`
  /// on. `start` must lie within the first interval after `grid`.
  Cycle(std::span<const Duration> phases, Duration interval, Instant grid, Instant start);

  /// The next slot in the order of time.
  [[nodiscard]] const Slot& next() const { return next_; }
  /// Goes on to the slot after it.
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

/// Measures how late slots are served.
class Pace {
 public:
  explicit Pace(Duration interval);

  enum class Verdict {
    kKept,
    kLate,  ///< Later than the limits allow (kSimulatedLateDivisor): it is sent, and counted.
    kSkip,  ///< A whole interval late, so the next is due: it is not sent, and counted.
  };

  /// Judges and counts a slot that was due at `deadline` and is served at `now`.
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
