#pragma once

// The checkpoint holds what was last accepted for every slot, so that a restarted collector refuses
// what it had already heard, and goes on with its last verdicts. It is a fixed number of rows of a
// page each, and all of them are overwritten in place in one transaction, whatever the fleet does.
// It is a table in the registry's file, and the same thread uses it.

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "collector/journal/chunk.h"
#include "collector/journal/sqlite.h"
#include "collector/view/storage_status.h"
#include "collector/view/tenancy.h"

namespace flatline {

/// One slot of a checkpoint, as it lies on the disk (little-endian).
struct CheckpointSlot {
  AgentId agent_id{};  ///< kNone where no host is registered.
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  std::uint16_t credential_generation = 0;
  std::uint8_t key_id = 0;
  std::uint8_t planes = 0;
  /// pack_timing() of its interval, which may be newer than the registry's, and of its silence.
  std::uint32_t timing = 0;
};
static_assert(sizeof(CheckpointSlot) == kCheckpointSlotBytes);

/// The interval is in the low bits, so that a checkpoint without silences reads as one of none.
/// Silence is in whole kSilenceUnits.
constexpr std::uint32_t pack_timing(std::uint32_t interval_ms, Duration silent) {
  constexpr unsigned kIntervalBits = 32 - kSilenceBits;
  constexpr std::int64_t kMost = (1 << kSilenceBits) - 1;
  const std::int64_t units = std::clamp<std::int64_t>(silent / Duration{kSilenceUnit}, 0, kMost);
  return (interval_ms & ((1U << kIntervalBits) - 1)) | static_cast<std::uint32_t>(units)
                                                           << kIntervalBits;
}
constexpr Milliseconds interval_in(std::uint32_t timing) {
  return Milliseconds{timing & ((1U << (32 - kSilenceBits)) - 1)};
}
constexpr Duration silence_in(std::uint32_t timing) {
  return Duration{kSilenceUnit} * (timing >> (32 - kSilenceBits));
}

class CheckpointTable {
 public:
  /// The table must exist. Its rows are made here if they are not those of this capacity.
  CheckpointTable(Database& database, std::uint32_t capacity);
  /// Replaces the rows by those of another capacity, and keeps what they say about slots that both
  /// have. Must be called within a transaction.
  static void resize(Database& database, std::uint32_t from, std::uint32_t to);

  /// A function that fills the slots from `first` on with what is true now.
  using Fill = std::function<void(std::uint32_t first, std::span<CheckpointSlot> slots)>;
  /// Overwrites all rows. The checkpoint gets the next number, and the time of `head`.
  WriteCost write(const ViewHead& head, const Fill& fill);

  struct Held {
    std::uint64_t number = 0;  ///< 0 if none was ever written.
    ViewMark view;
    ChunkStamp stamp;                 ///< The stamp of one of its chunks.
    std::uint32_t broken_chunks = 0;  ///< Their slots are left empty.
    std::vector<CheckpointSlot> slots;
  };
  [[nodiscard]] Held read();

  [[nodiscard]] std::uint32_t chunks() const { return chunks_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  Database& database_;
  std::uint32_t capacity_;
  std::uint32_t chunks_;
  std::uint64_t number_ = 0;
};

}  // namespace flatline
