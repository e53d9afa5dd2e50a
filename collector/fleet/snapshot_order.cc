#include "collector/fleet/snapshot_order.h"

#include <algorithm>

#include "schema/invariant.h"
#include "schema/limits.h"

namespace flatline {

static_assert(kConflictSnapshots == 3, "the times of two are remembered");

SnapshotOrder::Rank SnapshotOrder::rank(std::uint64_t epoch, std::uint64_t sequence) const {
  if (epoch == 0) return Rank::kStale;
  if (epoch == epoch_) return sequence > sequence_ ? Rank::kNewer : Rank::kStale;
  if (epoch > epoch_) return Rank::kNewer;
  for (const Older& older : older_) {
    if (epoch == older.epoch) return sequence > older.sequence ? Rank::kOlder : Rank::kStale;
  }
  return Rank::kOlder;
}

std::uint64_t SnapshotOrder::take(std::uint64_t epoch, std::uint64_t sequence, Instant at) {
  INVARIANT(rank(epoch, sequence) == Rank::kNewer);
  std::uint64_t skipped = 0;
  if (epoch == epoch_) {
    skipped = sequence - sequence_ - 1;
  } else {
    place_for(epoch_) = {.epoch = epoch_, .sequence = sequence_, .spoke = spoke_};
  }
  epoch_ = epoch;
  sequence_ = sequence;
  spoke_ = at;
  return skipped;
}

bool SnapshotOrder::take_older(std::uint64_t epoch, std::uint64_t sequence, Instant at,
                               Duration window) {
  INVARIANT(rank(epoch, sequence) == Rank::kOlder);
  Older& older = place_for(epoch);
  if (older.epoch != epoch) older = {.epoch = epoch};
  const bool is_third = older.count == kConflictSnapshots - 1 && at - older.before <= window;
  older.count = std::min(older.count + 1, kConflictSnapshots - 1);
  older.sequence = sequence;
  older.before = older.spoke;
  older.spoke = at;
  return is_third;
}

bool SnapshotOrder::remembers(std::uint64_t epoch) const {
  return epoch == older_[0].epoch || epoch == older_[1].epoch;
}

/// Where an older epoch is remembered, or else the place of the one that spoke longest ago.
SnapshotOrder::Older& SnapshotOrder::place_for(std::uint64_t epoch) {
  for (Older& older : older_) {
    if (older.epoch == epoch) return older;
  }
  return older_[0].spoke < older_[1].spoke ? older_[0] : older_[1];
}

void SnapshotOrder::restore(std::uint64_t epoch, std::uint64_t sequence) {
  epoch_ = epoch;
  sequence_ = sequence;
}

}  // namespace flatline
