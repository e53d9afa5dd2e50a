#include "collector/fleet/snapshot_order.h"

#include "schema/invariant.h"
#include "schema/limits.h"

namespace flatline {

SnapshotOrder::Rank SnapshotOrder::rank(std::uint64_t epoch, std::uint64_t sequence) const {
  if (epoch == 0) return Rank::kStale;
  if (epoch == epoch_) return sequence > sequence_ ? Rank::kNewer : Rank::kStale;
  if (epoch > epoch_) return Rank::kNewer;
  for (const Older* const older : {&superseded_, &other_}) {
    if (epoch == older->epoch) return sequence > older->sequence ? Rank::kOlder : Rank::kStale;
  }
  return Rank::kOlder;
}

std::uint64_t SnapshotOrder::take(std::uint64_t epoch, std::uint64_t sequence, Instant at) {
  INVARIANT(rank(epoch, sequence) == Rank::kNewer);
  std::uint64_t skipped = 0;
  if (epoch == epoch_) {
    skipped = sequence - sequence_ - 1;
  } else {
    if (superseded_.spoke >= other_.spoke) other_ = superseded_;
    superseded_ = {.epoch = epoch_, .sequence = sequence_, .spoke = spoke_};
  }
  epoch_ = epoch;
  sequence_ = sequence;
  spoke_ = at;
  return skipped;
}

bool SnapshotOrder::take_older(std::uint64_t epoch, std::uint64_t sequence, Instant at,
                               Duration window) {
  INVARIANT(rank(epoch, sequence) == Rank::kOlder);
  Older& older = epoch == superseded_.epoch ? superseded_ : other_;
  if (older.epoch != epoch) older = {.epoch = epoch};
  older.sequence = sequence;
  older.spoke = at;
  if (older.count == 0 || at - older.since > window) {
    older.since = at;
    older.count = 0;
  }
  return ++older.count >= kConflictSnapshots;
}

bool SnapshotOrder::remembers(std::uint64_t epoch) const {
  return epoch == superseded_.epoch || epoch == other_.epoch;
}

void SnapshotOrder::restore(std::uint64_t epoch, std::uint64_t sequence) {
  epoch_ = epoch;
  sequence_ = sequence;
}

}  // namespace flatline
