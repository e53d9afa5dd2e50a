#pragma once

// The order of one host's snapshots: what counts as newer, what betrays a second machine with the
// same credential, and how far behind the host's own time its datagrams arrive. Pure; a value in
// each slot's row. Rules and reasons: CONTRACT.md, "Order".

#include <cstdint>
#include <optional>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class SnapshotOrder {
 public:
  enum class Rank : std::uint8_t {
    kNewer,       ///< Above the last accepted.
    kStale,       ///< Not above it.
    kSuperseded,  ///< Of the epoch before, but newer than all that was seen of it: a clone's, or
                  ///< one that a restart overtook.
  };

  /// From the clear header alone.
  [[nodiscard]] Rank rank(std::uint64_t epoch, std::uint64_t sequence) const;

  /// Takes an authentic snapshot of Rank::kNewer that arrived at `at` (the fleet's time). Lag
  /// grows up to `most_lag`. Returns how many sequence numbers were skipped before it.
  std::uint64_t take(std::uint64_t epoch, std::uint64_t sequence, Instant at, Milliseconds uptime,
                     Duration most_lag);

  /// Takes an authentic one of Rank::kSuperseded. True if it is at least the kConflictSnapshots-th
  /// within `window`.
  bool take_superseded(std::uint64_t sequence, Instant at, Duration window);

  /// Starts from (epoch, sequence) accepted in an earlier life of the collector, whose clock was
  /// another: lag is counted from the next snapshot on.
  void restore(std::uint64_t epoch, std::uint64_t sequence);

  [[nodiscard]] bool started() const { return epoch_ != 0; }
  /// How much later than the host's own uptime says its datagrams arrive: the sum of (arrival
  /// progress - uptime progress), never below zero, leaking one part in kLagLeakDivisor.
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
