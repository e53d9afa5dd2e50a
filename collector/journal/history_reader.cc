#include "collector/journal/history_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/journal/chunk.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/view/cause_name.h"
#include "schema/invariant.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

fs::path require_file(const fs::path& folder) {
  const fs::path file = folder / kHistoryFile;
  if (known_presence_of(file).is_there()) return file;
  throw Failure(presence_of(folder / kUnfinishedHistoryFile).is_there()
                    ? fmt::format("{}: is still being made", file.string())
                    : fmt::format("{}: there is none", file.string()));
}

StepHead head_of(const ChunkStamp& stamp) {
  return {stamp.number, stamp.time(), stamp.tick,   stamp.generation,
          stamp.flags,  stamp.doubts, stamp.counts, work_of(stamp.work)};
}

template <typename Step>
void sort_by_number(std::vector<Step>& steps) {
  std::sort(steps.begin(), steps.end(),
            [](const Step& a, const Step& b) { return a.number < b.number; });
}

}  // namespace

HistoryReader::HistoryReader(const fs::path& folder, BrokenPages* broken)
    : file_(require_file(folder)),
      broken_(broken),
      database_(file_, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kReadOnly),
      shape_(read_history_shape(database_, file_)),
      chunk_(kChunkBytes) {}

/// Reads the chunk of a row into chunk_. False if the row is empty or damaged. `blob` is reused
/// from row to row, and given up where it cannot be.
bool HistoryReader::read_row(std::optional<Blob>& blob, std::int64_t row, ChunkStamp& stamp) {
  const std::span<std::byte, kChunkBytes> bytes(chunk_.data(), kChunkBytes);
  ChunkState state = ChunkState::kBroken;
  try {
    if (blob) {
      blob->move_to(row);
    } else {
      blob.emplace(database_, "chunk", "bytes", row, Blob::Use::kRead);
    }
    blob->read(bytes);
    state = read_chunk(bytes, stamp);
  } catch (const SqliteError& error) {
    blob.reset();
    if (!error.is_corruption() && !error.is_unreadable()) throw;
  }
  if (state == ChunkState::kBroken && broken_ != nullptr) broken_->note(row);
  return state == ChunkState::kWhole;
}

/// Calls `take(stamp, blob)` for each whole chunk of index `chunk` from `from` to `to`, with the
/// chunk itself in chunk_. The chunks come in the order of their numbers, unless the span is longer
/// than the ring: then every place is read once, in the order of places.
template <typename Take>
void HistoryReader::each_step(std::uint32_t chunk, WallTime from, WallTime to, Take&& take) {
  const std::uint64_t first = std::max<std::uint64_t>(shape_.number_at(from), 1);
  const std::uint64_t last = shape_.number_at(to);
  if (last < first) return;
  const std::uint64_t end = first + std::min<std::uint64_t>(last - first + 1, shape_.steps);
  for (std::uint64_t next = first; next < end;) {
    const std::uint64_t pause = std::min<std::uint64_t>(next + kHistoryRowsPerRead, end);
    Transaction transaction(database_, Transaction::Kind::kRead);
    std::optional<Blob> blob;
    for (; next < pause; ++next) {
      ChunkStamp stamp;
      const bool there = read_row(blob, shape_.row(next, chunk), stamp) && stamp.index == chunk &&
                         stamp.number % shape_.steps == next % shape_.steps;
      if (there && stamp.number >= first && stamp.number <= last) take(stamp, blob);
    }
  }
}

std::vector<StepHead> HistoryReader::list(WallTime from, WallTime to) {
  std::vector<StepHead> steps;
  each_step(0, from, to, [&](const ChunkStamp& stamp, const std::optional<Blob>&) {
    steps.push_back(head_of(stamp));
  });
  sort_by_number(steps);
  return steps;
}

std::optional<StepHead> HistoryReader::read(WallTime time, std::span<std::uint8_t> planes) {
  INVARIANT(planes.size() == shape_.capacity);
  // The search begins at the step of `time` and goes back, so that even a ring full of gaps is read
  // only once.
  const std::uint64_t newest = shape_.number_at(time);
  const std::uint64_t oldest = newest >= shape_.steps ? newest - shape_.steps + 1 : 1;
  for (std::uint64_t number = newest; number >= oldest && number > 0; --number) {
    Transaction transaction(database_, Transaction::Kind::kRead);
    ChunkStamp stamp;
    std::optional<Blob> blob;
    if (!read_row(blob, shape_.row(number, 0), stamp) || stamp.number != number) continue;
    if (stamp.time() > time) continue;  // The step was made after `time`.
    if (read_slots(number, 0, planes)) return head_of(stamp);
  }
  return std::nullopt;
}

/// Reads the chunk of a step into chunk_. False if it is another step's by now.
bool HistoryReader::read_chunk_of(std::optional<Blob>& blob, std::uint64_t number,
                                  std::uint32_t index) {
  ChunkStamp stamp;
  return read_row(blob, shape_.row(number, index), stamp) && stamp.number == number &&
         stamp.index == index;
}

/// Reads a byte for each slot from the chunks of a step, from `chunk` on; all of them must be the
/// step's. Call it within one transaction, so that no step is seen half overwritten.
bool HistoryReader::read_slots(std::uint64_t number, std::uint32_t chunk,
                               std::span<std::uint8_t> bytes) {
  std::optional<Blob> blob;
  for (std::size_t first = 0; first < bytes.size(); first += kSlotsPerHistoryChunk, ++chunk) {
    if (!read_chunk_of(blob, number, chunk)) return false;
    const auto data = chunk_data(std::span<const std::byte, kChunkBytes>(chunk_));
    const std::size_t count = std::min<std::size_t>(data.size(), bytes.size() - first);
    std::copy_n(data.begin(), count, bytes.begin() + static_cast<std::ptrdiff_t>(first));
  }
  return true;
}

bool HistoryReader::read_causes(std::uint64_t number, std::span<std::uint8_t> causes) {
  INVARIANT(causes.size() == shape_.capacity);
  if (shape_.causes) {
    const Transaction transaction(database_, Transaction::Kind::kRead);
    if (read_slots(number, shape_.cause_chunk(), causes)) return true;
  }
  std::fill(causes.begin(), causes.end(), kNoCause);
  return false;
}

void HistoryReader::read_groups(
    WallTime from, WallTime to,
    const std::function<void(const StepHead&, const StoredGroups&)>& take) {
  if (!shape_.groups) return;
  const std::uint32_t first = shape_.group_chunk();
  GroupBytes bytes{};
  const auto keep = [&](std::size_t chunk) {
    const auto data = chunk_data(std::span<const std::byte, kChunkBytes>(chunk_));
    std::copy(data.begin(), data.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(chunk * kChunkDataBytes));
  };
  each_step(first, from, to, [&](const ChunkStamp& stamp, std::optional<Blob>& blob) {
    keep(0);
    for (std::uint32_t chunk = 1; chunk < kHistoryGroupChunks; ++chunk) {
      if (!read_chunk_of(blob, stamp.number, first + chunk)) return;
      keep(chunk);
    }
    const StoredGroups groups = from_group_bytes(bytes);
    if (groups.assignment != 0) take(head_of(stamp), groups);
  });
}

std::vector<SlotStep> HistoryReader::read_slot(std::uint32_t slot, WallTime from, WallTime to) {
  INVARIANT(slot < shape_.capacity);
  std::vector<SlotStep> steps;
  const std::uint32_t chunk = slot / kSlotsPerHistoryChunk;
  const auto byte = [&] {
    return chunk_data(
        std::span<const std::byte, kChunkBytes>(chunk_))[slot % kSlotsPerHistoryChunk];
  };
  each_step(chunk, from, to, [&](const ChunkStamp& stamp, std::optional<Blob>& blob) {
    SlotStep step{stamp.number, stamp.time(), stamp.generation, stamp.flags,
                  byte(),       kNoCause,     stamp.tick};
    if (shape_.causes && read_chunk_of(blob, stamp.number, shape_.cause_chunk() + chunk)) {
      step.cause = byte();
    }
    steps.push_back(step);
  });
  sort_by_number(steps);
  return steps;
}

}  // namespace flatline
