#include "collector/journal/chunk.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::endian::native == std::endian::little, "stamps lie on the disk as in memory");
static_assert(std::is_trivially_copyable_v<ChunkStamp>);

constexpr std::size_t kHashAt = kChunkStampBytes - sizeof(std::uint64_t);

/// SipHash-2-4 of the chunk without its hash, under a fixed key: it finds accidents, not forgers.
std::uint64_t hash_of(std::span<const std::byte, kChunkBytes> chunk) {
  static constexpr unsigned char kKey[crypto_shorthash_KEYBYTES] = {};
  std::array<unsigned char, kChunkBytes - sizeof(std::uint64_t)> bytes;
  std::memcpy(bytes.data(), chunk.data(), kHashAt);
  std::memcpy(bytes.data() + kHashAt, chunk.data() + kChunkStampBytes, kChunkDataBytes);
  std::uint64_t hash = 0;
  static_assert(sizeof hash == crypto_shorthash_BYTES);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), bytes.data(), bytes.size(), kKey);
  return hash;
}

}  // namespace

ChunkStamp stamp_of(const ViewHead& head, std::uint64_t number, std::uint32_t chunks) {
  ChunkStamp stamp;
  stamp.number = number;
  stamp.time_unix_ms = head.time.time_since_epoch().count();
  stamp.tick = head.tick;
  stamp.generation = head.generation;
  stamp.flags = head.flags;
  stamp.doubts = head.doubts;
  stamp.chunks = chunks;
  stamp.capacity = head.capacity;
  stamp.counts = head.counts;
  return stamp;
}

StampedWork stamped(const StepWork& work) {
  const auto us = [](Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  };
  return {us(work.processor_time),       work.datagrams,     work.datagram_bytes,
          work.published_bytes,          us(work.tick_time), us(work.worst_tick),
          us(work.at.time_since_epoch())};
}

StepWork work_of(const StampedWork& work) {
  const auto duration = [](std::uint64_t us) {
    return Duration{std::chrono::microseconds{static_cast<std::int64_t>(us)}};
  };
  return {duration(work.processor_us),  work.datagrams,         work.datagram_bytes,
          work.published_bytes,         duration(work.tick_us), duration(work.worst_tick_us),
          Instant{duration(work.at_us)}};
}

void write_chunk(const ChunkStamp& stamp, std::span<const std::uint8_t> data,
                 std::span<std::byte, kChunkBytes> chunk) {
  INVARIANT(stamp.number != 0 && stamp.index < stamp.chunks);
  INVARIANT(data.size() <= kChunkDataBytes);
  std::memcpy(chunk.data(), &stamp, sizeof stamp);
  std::memcpy(chunk.data() + kChunkStampBytes, data.data(), data.size());
  std::fill(chunk.begin() + static_cast<std::ptrdiff_t>(kChunkStampBytes + data.size()),
            chunk.end(), std::byte{0});
  const std::uint64_t hash = hash_of(chunk);
  std::memcpy(chunk.data() + kHashAt, &hash, sizeof hash);
}

ChunkState read_chunk(std::span<const std::byte, kChunkBytes> chunk, ChunkStamp& stamp) {
  std::memcpy(&stamp, chunk.data(), sizeof stamp);
  if (stamp.number == 0) {
    const bool empty = std::all_of(chunk.begin(), chunk.end(),
                                   [](std::byte byte) { return byte == std::byte{0}; });
    return empty ? ChunkState::kEmpty : ChunkState::kBroken;
  }
  return stamp.hash == hash_of(chunk) ? ChunkState::kWhole : ChunkState::kBroken;
}

std::span<const std::uint8_t, kChunkDataBytes> chunk_data(
    std::span<const std::byte, kChunkBytes> chunk) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(chunk.data());
  return std::span<const std::uint8_t, kChunkDataBytes>(bytes + kChunkStampBytes, kChunkDataBytes);
}

}  // namespace flatline
