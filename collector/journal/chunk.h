#pragma once

// A chunk is a blob that fills one page of the database, whatever it says: a stamp, and the data of
// some slots. The stamp carries a number that grows, so that every page differs from the one that
// it overwrites, and a hash, so that a flipped bit is noticed. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "collector/view/history_step.h"
#include "collector/view/view.h"
#include "schema/limits.h"

namespace flatline {

/// StepWork on the disk. It is all zero in checkpoints, and in steps that were stored before there
/// was any.
struct StampedWork {
  std::uint64_t processor_us = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t datagram_bytes = 0;
  std::uint64_t published_bytes = 0;
  std::uint64_t tick_us = 0;
  std::uint64_t worst_tick_us = 0;
  std::uint64_t at_us = 0;
};

/// What every chunk says about the step or the checkpoint that it is part of. It is little-endian
/// on the disk.
struct ChunkStamp {
  std::uint64_t number = 0;  ///< The step's or the checkpoint's; 0 is no number.
  std::int64_t time_unix_ms = 0;
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;
  std::uint32_t flags = 0;
  std::uint32_t doubts = 0;
  std::uint32_t index = 0;   ///< The place of this chunk among all.
  std::uint32_t chunks = 0;  ///< How many chunks there are.
  std::uint32_t capacity = 0;
  Counts counts;
  StampedWork work;
  std::array<std::uint8_t, 32> reserved{};  ///< Always zero.
  std::uint64_t hash = 0;                   ///< A hash of all the rest, from write_chunk().

  [[nodiscard]] WallTime time() const { return WallTime{Milliseconds{time_unix_ms}}; }
};
static_assert(sizeof(ChunkStamp) == kChunkStampBytes);

/// The stamp of a step or a checkpoint that is made from the view of `head`.
ChunkStamp stamp_of(const ViewHead& head, std::uint64_t number, std::uint32_t chunks);

StampedWork stamped(const StepWork& work);
StepWork work_of(const StampedWork& work);

enum class ChunkState : std::uint8_t { kEmpty, kWhole, kBroken };

/// Fills all of `chunk`. `data` may be shorter than the room for it; zeros fill the rest.
void write_chunk(const ChunkStamp& stamp, std::span<const std::uint8_t> data,
                 std::span<std::byte, kChunkBytes> chunk);

/// Reads the stamp and checks the hash. kEmpty means that the chunk was never written.
ChunkState read_chunk(std::span<const std::byte, kChunkBytes> chunk, ChunkStamp& stamp);

/// The data behind the stamp.
std::span<const std::uint8_t, kChunkDataBytes> chunk_data(
    std::span<const std::byte, kChunkBytes> chunk);

}  // namespace flatline
