#include "collector/journal/checkpoint.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr const char* kTable = "checkpoint";
constexpr const char* kColumn = "bytes";

// The caller of each of these functions has begun a transaction.

std::uint32_t chunks_of(std::uint32_t capacity) {
  return (capacity + kSlotsPerCheckpointChunk - 1) / kSlotsPerCheckpointChunk;
}

bool has_rows(Database& database, std::uint32_t chunks) {
  return database.number("SELECT count(*) FROM checkpoint") == chunks;
}

void make_rows(Database& database, std::uint32_t chunks) {
  database.run("DELETE FROM checkpoint");
  Statement insert(database, "INSERT INTO checkpoint (id, bytes) VALUES (?1, zeroblob(?2))");
  for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
    insert.bind(1, std::int64_t{chunk});
    insert.bind(2, static_cast<std::int64_t>(kChunkBytes));
    insert.step();
  }
}

/// Returns the number that a whole chunk carries, or 0 if no chunk is whole.
std::uint64_t number_in(Database& database, std::uint32_t chunks) {
  std::array<std::byte, kChunkBytes> bytes;
  for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
    ChunkStamp stamp;
    const Blob blob(database, kTable, kColumn, chunk, Blob::Use::kRead);
    blob.read(bytes);
    const ChunkState state = read_chunk(bytes, stamp);
    if (state == ChunkState::kEmpty) break;
    if (state == ChunkState::kWhole) return stamp.number;
  }
  return 0;
}

CheckpointTable::Held read_rows(Database& database, std::uint32_t capacity, std::uint64_t number) {
  CheckpointTable::Held held;
  held.number = number;
  held.slots.resize(capacity);
  if (number == 0) return held;
  std::array<std::byte, kChunkBytes> bytes;
  Blob blob(database, kTable, kColumn, 0, Blob::Use::kRead);
  for (std::uint32_t chunk = 0; chunk < chunks_of(capacity); ++chunk) {
    if (chunk > 0) blob.move_to(chunk);
    blob.read(bytes);
    ChunkStamp stamp;
    if (read_chunk(bytes, stamp) != ChunkState::kWhole || stamp.number != number ||
        stamp.index != chunk || stamp.capacity != capacity) {
      ++held.broken_chunks;
      continue;
    }
    held.stamp = stamp;
    held.view = {stamp.time(), stamp.generation, stamp.tick};
    const std::uint32_t first = chunk * kSlotsPerCheckpointChunk;
    const std::size_t count = std::min(capacity - first, kSlotsPerCheckpointChunk);
    std::memcpy(held.slots.data() + first, chunk_data(bytes).data(),
                count * sizeof(CheckpointSlot));
  }
  return held;
}

/// Overwrites all rows. Each gets `stamp`, with its own index.
WriteCost write_rows(Database& database, ChunkStamp stamp, const CheckpointTable::Fill& fill) {
  WriteCost cost;
  std::array<CheckpointSlot, kSlotsPerCheckpointChunk> slots;
  std::array<std::byte, kChunkBytes> bytes;
  Blob blob(database, kTable, kColumn, 0, Blob::Use::kWrite);
  for (stamp.index = 0; stamp.index < stamp.chunks; ++stamp.index) {
    if (stamp.index > 0) blob.move_to(stamp.index);
    slots.fill({});
    const std::uint32_t first = stamp.index * kSlotsPerCheckpointChunk;
    const std::size_t count = std::min(stamp.capacity - first, kSlotsPerCheckpointChunk);
    fill(first, std::span(slots).first(count));
    write_chunk(stamp, {reinterpret_cast<const std::uint8_t*>(slots.data()), sizeof slots}, bytes);
    blob.write(bytes);
    ++cost.rows;
    cost.bytes += static_cast<std::int64_t>(bytes.size());
  }
  return cost;
}

}  // namespace

CheckpointTable::CheckpointTable(Database& database, std::uint32_t capacity)
    : database_(database), capacity_(capacity), chunks_(chunks_of(capacity)) {
  if (!has_rows(database_, chunks_)) {
    Transaction transaction(database_);
    make_rows(database_, chunks_);
    transaction.commit();
  }
  number_ = number_in(database_, chunks_);
}

void CheckpointTable::resize(Database& database, std::uint32_t from, std::uint32_t to) {
  Held held;
  if (has_rows(database, chunks_of(from))) {
    held = read_rows(database, from, number_in(database, chunks_of(from)));
  }
  make_rows(database, chunks_of(to));
  if (held.stamp.number == 0) return;
  held.stamp.capacity = to;
  held.stamp.chunks = chunks_of(to);
  (void)write_rows(database, held.stamp, [&](std::uint32_t first, std::span<CheckpointSlot> slots) {
    for (std::uint32_t i = 0; i < slots.size() && first + i < from; ++i) {
      slots[i] = held.slots[first + i];
    }
  });
}

WriteCost CheckpointTable::write(const ViewHead& head, const Fill& fill) {
  INVARIANT(head.capacity == capacity_);
  const std::int64_t pages_before = database_.pages_written();
  Transaction transaction(database_);
  WriteCost cost = write_rows(database_, stamp_of(head, number_ + 1, chunks_), fill);
  transaction.commit();
  ++number_;
  cost.pages = database_.pages_written() - pages_before;
  return cost;
}

CheckpointTable::Held CheckpointTable::read() {
  const Transaction transaction(database_, Transaction::Kind::kRead);
  return read_rows(database_, capacity_, number_);
}

}  // namespace flatline
