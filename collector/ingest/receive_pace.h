#pragma once

// Decides how often the socket is looked at, and since when what is found there counts as heard.
// Tells whether its buffer may have been full meanwhile. Pure.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class ReceivePace {
 public:
  /// `beat` is a quarter of the shorter of the tick and the shortest interval (Fleet::beat_period);
  /// `room` is how many datagrams the receive buffer holds.
  ReceivePace(Duration beat, std::size_t room)
      : longest_(std::min(std::chrono::floor<Milliseconds>(beat / kRestsPerBeat), kMaxReceiveRest)),
        share_(static_cast<std::int64_t>(room / kRestsPerReceiveBuffer)),
        rest_(longest_) {}

  /// How long the socket is left alone after the look that drained it. Timers make it about a
  /// millisecond longer, and 0 is no rest at all. It is the longest one while little comes, which
  /// is always so for a fleet that keeps to its intervals. While more comes, it is the time in
  /// which a part of the buffer (kRestsPerReceiveBuffer) fills at the pace of what came since the
  /// look before. So a flood finds room whenever it begins, and then makes the loop look more
  /// often.
  [[nodiscard]] Milliseconds rest() const { return rest_; }

  /// Notes that a look took `datagrams` off the socket.
  void took(std::size_t datagrams) {
    taken_ += static_cast<std::int64_t>(datagrams);
    was_filled_ = was_filled_ || taken_ > share_;
  }

  /// Notes that the look at `look` left the socket empty: it found less than it may take.
  void drained(Instant look) {
    const Duration since = std::min(look - empty_at_, Duration{2 * longest_});
    const Duration fills_in = since * share_ / std::max<std::int64_t>(taken_, 1);
    rest_ = std::min(std::chrono::floor<Milliseconds>(fills_in), longest_);
    if (taken_ == 0) rest_ = longest_;
    taken_ = 0;
    empty_at_ = look;
  }

  /// Whether the buffer may have been full since the last call. It was not if each look left the
  /// socket empty and found no more than a rest may fill: however much more than on loopback a
  /// network's driver makes a datagram take of the buffer, it is less than so many times as much.
  [[nodiscard]] bool was_filled() { return std::exchange(was_filled_, false) || taken_ > 0; }

  /// The moment at which the datagrams that the look at `look` found count as heard. They came at
  /// some time since the socket was last seen empty, and count as heard at the earliest moment of
  /// that time, so that no deadline is late because we looked late. But that moment is at most two
  /// longest rests ago, however short rests are now: beyond that we were held up ourselves, or more
  /// comes than we can take, for which no host is blamed.
  ///
  /// So no datagram counts as heard more than two longest rests before it came. And none counts as
  /// heard after it came, unless it waited in the socket for more than two longest rests; then that
  /// is too late by what it waited beyond them.
  [[nodiscard]] Instant heard_at(Instant look) const {
    return std::max(empty_at_, look - 2 * longest_);
  }

 private:
  Milliseconds longest_;
  std::int64_t share_;  ///< How many datagrams may come in a rest that is not the longest.
  Milliseconds rest_;
  std::int64_t taken_ = 0;  ///< Since the socket was last seen empty.
  bool was_filled_ = false;
  Instant empty_at_{};
};

static_assert(kMinBeat / kRestsPerBeat >= std::chrono::milliseconds{1}, "libuv counts in these");

}  // namespace flatline
