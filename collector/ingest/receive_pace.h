#pragma once

// How often the socket is looked at, and since when what is found there counts as heard. Pure.

#include <algorithm>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class ReceivePace {
 public:
  /// `beat`: a quarter of the shorter of tick and shortest interval (Fleet::beat_period).
  explicit ReceivePace(Duration beat)
      : rest_(std::min(std::chrono::floor<Milliseconds>(beat / kRestsPerBeat), kMaxReceiveRest)) {}

  /// From when the socket was drained to the next look at it, at least; about a millisecond more,
  /// as timers are.
  [[nodiscard]] Milliseconds rest() const { return rest_; }

  /// A look at the socket found less than it may take.
  void drained(Instant look) { empty_at_ = look; }

  /// What a look finds came since the socket was last seen empty. It counts as heard at the
  /// earliest moment of that, so that no deadline is late because we looked late; but not more than
  /// two rests ago: beyond that we were held up, for which no host is blamed.
  [[nodiscard]] Instant heard_at(Instant look) const {
    return std::max(empty_at_, look - 2 * rest_);
  }

 private:
  Milliseconds rest_;
  Instant empty_at_{};
};

static_assert(kMinBeat / kRestsPerBeat >= std::chrono::milliseconds{1}, "libuv counts in these");

}  // namespace flatline
