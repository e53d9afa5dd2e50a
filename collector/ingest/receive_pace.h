#pragma once

// Decides how often the socket is looked at, and since when what is found there counts as heard.
// Pure.

#include <algorithm>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class ReceivePace {
 public:
  /// `beat` is a quarter of the shorter of the tick and the shortest interval (Fleet::beat_period).
  explicit ReceivePace(Duration beat)
      : rest_(std::min(std::chrono::floor<Milliseconds>(beat / kRestsPerBeat), kMaxReceiveRest)) {}

  /// The shortest time from a look that drained the socket to the next look. Timers make it about a
  /// millisecond longer.
  [[nodiscard]] Milliseconds rest() const { return rest_; }

  /// Notes that the look at `look` left the socket empty: it found less than it may take.
  void drained(Instant look) { empty_at_ = look; }

  /// The moment at which the datagrams that the look at `look` found count as heard. They came at
  /// some time since the socket was last seen empty, and count as heard at the earliest moment of
  /// that time, so that no deadline is late because we looked late. But that moment is at most two
  /// rests ago: beyond that we were held up ourselves, for which no host is blamed.
  [[nodiscard]] Instant heard_at(Instant look) const {
    return std::max(empty_at_, look - 2 * rest_);
  }

 private:
  Milliseconds rest_;
  Instant empty_at_{};
};

static_assert(kMinBeat / kRestsPerBeat >= std::chrono::milliseconds{1}, "libuv counts in these");

}  // namespace flatline
