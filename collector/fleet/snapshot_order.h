#pragma once

// The order of one host's snapshots: which one counts as newer, and when two machines must be using
// one credential. The rules and their reasons are in CONTRACT.md, "Order". Each slot's row holds
// one of these. Pure.
//
// Two older epochs are remembered, with the last sequence that was seen of each: of two machines
// with one credential, one may start anew again and again while the other goes on.

#include <array>
#include <cstdint>

#include "schema/time.h"

namespace flatline {

class SnapshotOrder {
 public:
  enum class Rank : std::uint8_t {
    kNewer,  ///< It is above the last accepted.
    kStale,  ///< It is not above the last accepted, or not above the last of its older epoch.
    kOlder,  ///< It goes on with an older epoch, or is of one that is not remembered: a clone sent
             ///< it, the agent's restart overtook it on the way, or it is an old recording.
  };

  /// Needs the clear header only, so that a stale datagram is refused before it is opened. Epoch 0
  /// is nobody's.
  [[nodiscard]] Rank rank(std::uint64_t epoch, std::uint64_t sequence) const;

  /// Takes an authentic snapshot of Rank::kNewer that arrived at `at`. Returns how many sequence
  /// numbers were skipped before it.
  std::uint64_t take(std::uint64_t epoch, std::uint64_t sequence, Instant at);

  /// Takes an authentic snapshot of Rank::kOlder. True if it is at least the kConflictSnapshots-th
  /// of its epoch within `window`.
  bool take_older(std::uint64_t epoch, std::uint64_t sequence, Instant at, Duration window);
  /// Whether an older epoch is one of the two that are remembered.
  [[nodiscard]] bool remembers(std::uint64_t epoch) const;

  /// Starts from the pair that was accepted last, before the collector was restarted or before the
  /// host left.
  void restore(std::uint64_t epoch, std::uint64_t sequence);

  [[nodiscard]] bool started() const { return epoch_ != 0; }
  /// Of the last accepted snapshot; 0 if there is none.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

 private:
  struct Older {
    std::uint64_t epoch = 0;  ///< 0: nothing is remembered here.
    std::uint64_t sequence = 0;
    Instant spoke{};          ///< When its last snapshot arrived.
    Instant before{};         ///< When the one before that did.
    std::uint32_t count = 0;  ///< How many of these two came after the epoch was superseded.
  };

  [[nodiscard]] Older& place_for(std::uint64_t epoch);

  std::uint64_t epoch_ = 0;
  std::uint64_t sequence_ = 0;
  Instant spoke_{};             ///< When its last snapshot arrived.
  std::array<Older, 2> older_;  ///< The two older epochs that spoke last.
};

}  // namespace flatline
