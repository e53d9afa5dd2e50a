#pragma once

// The journal's page of constant size: a stamp and the data of some slots, as a blob that fills one
// page of the database whatever it says. The stamp carries a number that grows, so that every page
// differs from what stood there, and a hash, so that a flipped bit is noticed. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "collector/view/view.h"
#include "schema/limits.h"

namespace flatline {

/// What every chunk of a step, or of a checkpoint, says of the whole. Little-endian on the disk.
struct ChunkStamp {
  std::uint64_t number = 0;  ///< Of the step or the checkpoint; 0 is no number.
  std::int64_t time_unix_ms = 0;
  std::uint64_t tick = 0;
  std::uint64_t generation = 0;
  std::uint32_t flags = 0;
  std::uint32_t doubts = 0;
  std::uint32_t index = 0;   ///< Of this chunk; of
  std::uint32_t chunks = 0;  ///< so many.
  std::uint32_t capacity = 0;
  Counts counts;
  std::array<std::uint8_t, 88> reserved{};  ///< Zero.
  std::uint64_t hash = 0;                   ///< Of everything else; write_chunk() fills it.

  [[nodiscard]] WallTime time() const { return WallTime{Milliseconds{time_unix_ms}}; }
};
static_assert(sizeof(ChunkStamp) == kChunkStampBytes);

/// What a step or a checkpoint says, of the view it was taken from.
ChunkStamp stamp_of(const ViewHead& head, std::uint64_t number, std::uint32_t chunks);

enum class ChunkState : std::uint8_t { kEmpty, kWhole, kBroken };

/// Fills all of `chunk`; `data` may be shorter than a chunk's, zeros follow.
void write_chunk(const ChunkStamp& stamp, std::span<const std::uint8_t> data,
                 std::span<std::byte, kChunkBytes> chunk);

/// Reads the stamp and checks the hash. kEmpty: never written.
ChunkState read_chunk(std::span<const std::byte, kChunkBytes> chunk, ChunkStamp& stamp);

/// The data behind the stamp.
std::span<const std::uint8_t, kChunkDataBytes> chunk_data(
    std::span<const std::byte, kChunkBytes> chunk);

}  // namespace flatline
