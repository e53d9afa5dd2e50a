#include "collector/journal/checkpoint.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr const char* kTable = "checkpoint";
constexpr const char* kColumn = "bytes";

}  // namespace

CheckpointTable::CheckpointTable(Database& database, std::uint32_t capacity)
    : database_(database),
      capacity_(capacity),
      chunks_((capacity + kSlotsPerCheckpointChunk - 1) / kSlotsPerCheckpointChunk) {
  if (database_.number("SELECT count(*) FROM checkpoint") != chunks_) make_rows();
  // Any chunk that is whole tells the number to go on from.
  std::array<std::byte, kChunkBytes> bytes;
  for (std::uint32_t chunk = 0; chunk < chunks_ && number_ == 0; ++chunk) {
    ChunkStamp stamp;
    const Blob blob(database_, kTable, kColumn, chunk, Blob::Use::kRead);
    blob.read(bytes);
    const ChunkState state = read_chunk(bytes, stamp);
    if (state == ChunkState::kEmpty) break;
    if (state == ChunkState::kWhole) number_ = stamp.number;
  }
}

void CheckpointTable::make_rows() {
  Transaction transaction(database_);
  database_.run("DELETE FROM checkpoint");
  Statement insert(database_, "INSERT INTO checkpoint (id, bytes) VALUES (?1, zeroblob(?2))");
  for (std::uint32_t chunk = 0; chunk < chunks_; ++chunk) {
    insert.bind(1, std::int64_t{chunk});
    insert.bind(2, static_cast<std::int64_t>(kChunkBytes));
    insert.step();
  }
  transaction.commit();
}

WriteCost CheckpointTable::write(const ViewHead& head, const Fill& fill) {
  INVARIANT(head.capacity == capacity_);
  const std::int64_t pages_before = database_.pages_written();
  WriteCost cost;
  Transaction transaction(database_);
  {
    ChunkStamp stamp = stamp_of(head, number_ + 1, chunks_);
    std::array<CheckpointSlot, kSlotsPerCheckpointChunk> slots;
    std::array<std::byte, kChunkBytes> bytes;
    Blob blob(database_, kTable, kColumn, 0, Blob::Use::kWrite);
    for (stamp.index = 0; stamp.index < chunks_; ++stamp.index) {
      if (stamp.index > 0) blob.move_to(stamp.index);
      slots.fill({});
      const std::uint32_t first = stamp.index * kSlotsPerCheckpointChunk;
      const std::size_t count = std::min(capacity_ - first, kSlotsPerCheckpointChunk);
      fill(first, std::span(slots).first(count));
      write_chunk(stamp, {reinterpret_cast<const std::uint8_t*>(slots.data()), sizeof slots},
                  bytes);
      blob.write(bytes);
      ++cost.rows;
      cost.bytes += static_cast<std::int64_t>(bytes.size());
    }
  }
  transaction.commit();
  ++number_;
  cost.pages = database_.pages_written() - pages_before;
  return cost;
}

CheckpointTable::Held CheckpointTable::read() {
  Held held;
  held.number = number_;
  held.slots.resize(capacity_);
  if (number_ == 0) return held;
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::array<std::byte, kChunkBytes> bytes;
  Blob blob(database_, kTable, kColumn, 0, Blob::Use::kRead);
  for (std::uint32_t chunk = 0; chunk < chunks_; ++chunk) {
    if (chunk > 0) blob.move_to(chunk);
    blob.read(bytes);
    ChunkStamp stamp;
    if (read_chunk(bytes, stamp) != ChunkState::kWhole || stamp.number != number_ ||
        stamp.index != chunk || stamp.capacity != capacity_) {
      ++held.broken_chunks;
      continue;
    }
    held.time = stamp.time();
    const std::uint32_t first = chunk * kSlotsPerCheckpointChunk;
    const std::size_t count = std::min(capacity_ - first, kSlotsPerCheckpointChunk);
    std::memcpy(held.slots.data() + first, chunk_data(bytes).data(),
                count * sizeof(CheckpointSlot));
  }
  return held;
}

}  // namespace flatline
