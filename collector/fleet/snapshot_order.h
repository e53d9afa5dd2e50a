#pragma once

// The order of one host's snapshots: which one counts as newer, when two machines must be using
// one credential, and how far behind the host's own time its datagrams arrive. The rules and their
// reasons are in CONTRACT.md, "Order". Each slot's row holds one of these. Pure.

#include <cstdint>
#include <optional>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class SnapshotOrder {
 public:
  enum class Rank : std::uint8_t {
    kNewer,       ///< It is above the last accepted.
    kStale,       ///< It is not above the last accepted.
    kSuperseded,  ///< It is of the epoch before, but newer than all that was seen of that: a clone
                  ///< sent it, or the agent's restart overtook it on the way.
  };

  /// Needs the clear header only, so that a stale datagram is refused before it is opened.
  [[nodiscard]] Rank rank(std::uint64_t epoch, std::uint64_t sequence) const;

  /// Takes an authentic snapshot of Rank::kNewer that arrived at `at` (the fleet's time). Lag grows
  /// no further than `most_lag`. Returns how many sequence numbers were skipped before it.
  std::uint64_t take(std::uint64_t epoch, std::uint64_t sequence, Instant at, Milliseconds uptime,
                     Duration most_lag);

  /// Takes an authentic snapshot of Rank::kSuperseded. True if it is at least the
  /// kConflictSnapshots-th within `window`.
  bool take_superseded(std::uint64_t sequence, Instant at, Duration window);

  /// Starts from the pair that the collector accepted last before it was restarted. Lag is counted
  /// from the next snapshot on, because instants of an earlier run mean nothing in this one.
  void restore(std::uint64_t epoch, std::uint64_t sequence);

  [[nodiscard]] bool started() const { return epoch_ != 0; }
  /// How much later than the host's uptime says its datagrams arrive: the sum of (progress of
  /// arrival - progress of uptime), never below zero, leaking one part in kLagLeakDivisor.
  [[nodiscard]] Duration lag() const { return lag_; }

 private:
  std::uint64_t epoch_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t superseded_epoch_ = 0;
  std::uint64_t superseded_sequence_ = 0;
  Instant superseded_since_{};
  std::optional<Instant> last_arrival_;
  Milliseconds last_uptime_{0};
  Duration lag_{0};
  std::uint32_t superseded_count_ = 0;
};

}  // namespace flatline
