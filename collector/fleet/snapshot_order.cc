#include "collector/fleet/snapshot_order.h"

#include <algorithm>

#include "schema/invariant.h"

namespace flatline {

SnapshotOrder::Rank SnapshotOrder::rank(std::uint64_t epoch, std::uint64_t sequence) const {
  if (epoch == epoch_) return sequence > sequence_ ? Rank::kNewer : Rank::kStale;
  if (epoch > epoch_) return Rank::kNewer;
  const bool goes_on =
      superseded_epoch_ != 0 && epoch == superseded_epoch_ && sequence > superseded_sequence_;
  return goes_on ? Rank::kSuperseded : Rank::kStale;
}

std::uint64_t SnapshotOrder::take(std::uint64_t epoch, std::uint64_t sequence, Instant at,
                                  Milliseconds uptime, Duration most_lag) {
  INVARIANT(rank(epoch, sequence) == Rank::kNewer);
  std::uint64_t skipped = 0;
  if (epoch == epoch_) {
    skipped = sequence - sequence_ - 1;
    const Duration arrival = at - last_arrival_.value_or(at);
    const Duration progress =
        last_arrival_ ? std::max(uptime - last_uptime_, Milliseconds{0}) : Milliseconds{0};
    lag_ = std::clamp(lag_ + arrival - progress - arrival / kLagLeakDivisor, Duration{0}, most_lag);
  } else {
    superseded_epoch_ = epoch_;
    superseded_sequence_ = sequence_;
    superseded_count_ = 0;
    lag_ = Duration{0};
  }
  epoch_ = epoch;
  sequence_ = sequence;
  last_arrival_ = at;
  last_uptime_ = uptime;
  return skipped;
}

bool SnapshotOrder::take_superseded(std::uint64_t sequence, Instant at, Duration window) {
  INVARIANT(sequence > superseded_sequence_);
  superseded_sequence_ = sequence;
  if (superseded_count_ == 0 || at - superseded_since_ > window) {
    superseded_since_ = at;
    superseded_count_ = 0;
  }
  return ++superseded_count_ >= kConflictSnapshots;
}

void SnapshotOrder::restore(std::uint64_t epoch, std::uint64_t sequence) {
  epoch_ = epoch;
  sequence_ = sequence;
}

}  // namespace flatline
