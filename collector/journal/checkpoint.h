#pragma once

// The checkpoint: what was last accepted of every slot, so that a restarted collector refuses what
// it had already heard and goes on with its last verdicts. Fixed rows of a page each, all of them
// overwritten in place in one transaction, whatever the fleet does. Part of the registry's file,
// and used by the same thread.

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
  std::uint32_t interval_ms = 0;  ///< The registry's may be older.
};
static_assert(sizeof(CheckpointSlot) == kCheckpointSlotBytes);

class CheckpointTable {
 public:
  /// The table must be there; its rows are made here, if they are not those of this capacity.
  CheckpointTable(Database& database, std::uint32_t capacity);
  /// Makes the rows of another capacity, with what the old ones say of the slots that stay. Within
  /// the caller's transaction.
  static void resize(Database& database, std::uint32_t from, std::uint32_t to);

  /// Fills the slots from `first` on with what is true now.
  using Fill = std::function<void(std::uint32_t first, std::span<CheckpointSlot> slots)>;
  /// Overwrites all of it, as the next number, with the time of `head`.
  WriteCost write(const ViewHead& head, const Fill& fill);

  struct Held {
    std::uint64_t number = 0;  ///< 0: none was ever written.
    ViewMark view;
    ChunkStamp stamp;                 ///< Of one of its chunks.
    std::uint32_t broken_chunks = 0;  ///< Their slots are left empty.
    std::vector<CheckpointSlot> slots;
  };
  [[nodiscard]] Held read();

  [[nodiscard]] std::uint32_t chunks() const { return chunks_; }

 private:
  Database& database_;
  std::uint32_t capacity_;
  std::uint32_t chunks_;
  std::uint64_t number_ = 0;
};

}  // namespace flatline
