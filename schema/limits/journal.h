#pragma once

// The limits of what a collector keeps on its disk.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "schema/limits/collector.h"
#include "schema/limits/wire.h"

namespace flatline {

/// Rows of the registry in one transaction: the journal's thread is never away for long.
inline constexpr std::size_t kRegistryBatch = 4096;
/// A page of the journal's databases. File systems write as much at once.
inline constexpr std::size_t kDatabasePageBytes = 4096;
/// A chunk is one row that fills one page. It holds a stamp (what the chunk is of), and a byte per
/// slot in the history or a record per slot in a checkpoint. SQLite takes up to 39 bytes of the
/// page for itself and the row's head.
inline constexpr std::size_t kChunkStampBytes = 192;
inline constexpr std::size_t kChunkDataBytes = 3840;
inline constexpr std::size_t kChunkBytes = kChunkStampBytes + kChunkDataBytes;
static_assert(kChunkBytes + 39 <= kDatabasePageBytes);
static_assert(2 * kChunkBytes > kDatabasePageBytes, "a page never holds two chunks");
/// How many slots one chunk of the history holds, a byte each: whole 64-bit words of a plane.
inline constexpr std::uint32_t kSlotsPerHistoryChunk = kChunkDataBytes;
static_assert(kSlotsPerHistoryChunk % 64 == 0);
/// Each step of the history holds the group table, too, half of it in each of these chunks: for
/// each group seven counters and its flags, and which places were whose (GroupTable::assignment).
inline constexpr std::uint32_t kHistoryGroupChunks = 2;
inline constexpr std::size_t kHistoryGroups = kGroupKeys * (kGroupValues + 1);
static_assert(kHistoryGroups % kHistoryGroupChunks == 0 &&
              8 + kHistoryGroups / kHistoryGroupChunks * (7 * 4 + 1) <= kChunkDataBytes);
/// The record that a checkpoint keeps of a slot, and how many of them one chunk holds.
inline constexpr std::size_t kCheckpointSlotBytes = 32;
inline constexpr std::uint32_t kSlotsPerCheckpointChunk = kChunkDataBytes / kCheckpointSlotBytes;
static_assert(kChunkDataBytes % kCheckpointSlotBytes == 0);
/// How often a step of the history is stored: at least two ticks, so that each finds a new view.
inline constexpr std::chrono::milliseconds kMinHistoryStep{100};
inline constexpr std::chrono::milliseconds kMaxHistoryStep{3'600'000};
inline constexpr std::chrono::milliseconds kDefaultHistoryStep{10'000};
inline constexpr int kTicksPerHistoryStep = 2;
/// How far back the history reaches, and in how many steps. With fewer than two steps nothing can
/// be compared; 100,000 steps take 2 GB of disk at the default capacity.
inline constexpr std::chrono::milliseconds kMinHistoryKeep{1'000};
inline constexpr std::chrono::milliseconds kMaxHistoryKeep{std::chrono::hours{24 * 400}};
inline constexpr std::chrono::milliseconds kDefaultHistoryKeep{std::chrono::hours{24}};
inline constexpr std::uint32_t kMinHistorySteps = 2;
inline constexpr std::uint32_t kMaxHistorySteps = 100'000;
/// Rows of a new history made at once (16 MB). Between two such turns the registry is served.
inline constexpr std::uint32_t kHistoryRowsPerTurn = 4096;
/// The history's write-ahead log holds one step. While a reader keeps it from starting over, it
/// grows to this many steps; steps beyond that are lost, so that the disk cannot fill.
inline constexpr std::uint32_t kHistoryWalSteps = 8;
/// Pages that the history's writer caches beside those of a step: the tree over them. It reads no
/// other page again, so a larger cache would hold pages for nothing.
inline constexpr std::uint32_t kHistoryTreePages = 64;
/// How often a checkpoint stores what was last accepted of every host: this much a crash can lose.
/// The shortest period is a second, because a checkpoint of a million slots takes a disk 0.4 s.
/// kCheckpointPeriod is the default and the longest: a minute is the most that may be lost, and a
/// start looks for the history's newest step no further than this beyond the checkpoint.
inline constexpr std::chrono::milliseconds kMinCheckpointPeriod{1'000};
inline constexpr std::chrono::milliseconds kCheckpointPeriod{60'000};
/// If the last checkpoint is older than a period, the first after a start comes this soon: living
/// hosts have spoken by then. So a collector that is always killed early stores what it heard, too.
inline constexpr std::chrono::milliseconds kFirstCheckpoint{5'000};
static_assert(kFirstCheckpoint < kCheckpointPeriod);
/// Opening the registry and storing a checkpoint go through all of it: 0.3 to 0.8 s at a million
/// slots. What failed is tried again this often, however long the disk is in trouble. So trying
/// takes at most a twelfth of a core, and a disk that is well again is soon noticed.
inline constexpr std::chrono::milliseconds kRegistryRetryPeriod{10'000};
static_assert(kRegistryRetryPeriod < kCheckpointPeriod);
/// While a reader keeps the registry's write-ahead log from starting over, it grows to so many
/// checkpoints and so many pages of rows (32 MiB). Beyond that nothing is written to it.
inline constexpr std::uint32_t kRegistryWalCheckpoints = 3;
inline constexpr std::uint32_t kRegistryWalPages = 8192;
/// How long a database waits for the lock of another program, such as a tool that looks into it.
inline constexpr std::chrono::milliseconds kDatabaseBusy{1'000};
/// A disk that takes longer than this for one answer is in trouble. The longest that a sound one
/// took was 0.4 s, for a checkpoint of a million slots; and waiting for a lock ends before.
inline constexpr std::chrono::milliseconds kDiskPatience{2'000};
static_assert(kDatabaseBusy < kDiskPatience);
/// How long a collector that is told to end waits for its disk: the last turn of a million slots
/// takes a second. Then it ends all the same, before a service manager kills it without a word.
inline constexpr std::chrono::seconds kEndPatience{10};
static_assert(kEndPatience > 2 * kDiskPatience);
/// The highest number of a start, which is the upper half of a generation. Starts are numbered by
/// seconds since 1970, which reach it in 2106; a stored time beyond it is not believed.
inline constexpr std::uint32_t kMaxStartNumber = 0xFFFF'FFFF;
/// Ended tenancies (a host's time in a slot) remembered for each slot. The oldest make room.
inline constexpr std::uint32_t kPastTenanciesPerSlot = 1;
/// How often reading of one table may fail while a damaged registry is read row by row.
/// A bad page costs about as many failures as it has rows, fifty, and some for the way to it. So
/// this is enough for dozens of bad pages, and reading ends within a second in any case.
inline constexpr unsigned kRescueFailures = 4096;
/// How many damaged pages of the history readers tell the writer of between two steps.
inline constexpr std::size_t kBrokenPages = 1024;
/// How much of a history must be readable before what was read of it counts as damage: its head,
/// and the tables that say what it is.
inline constexpr std::int64_t kHistoryProofBytes = 1 << 20;
/// The text that tells an operator what was lost of a damaged registry.
inline constexpr std::size_t kLossNoteBytes = 1024;
/// Rows that a reader takes in one transaction, during which the write-ahead log cannot restart.
inline constexpr std::uint32_t kHistoryRowsPerRead = 256;

}  // namespace flatline
