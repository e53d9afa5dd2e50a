#pragma once

// What the journal says about itself: whether it is degraded and why, and what its writes cost.

#include <cstdint>
#include <string>

namespace flatline {

/// What one write of a constant size cost: a step of the history, or a checkpoint.
struct WriteCost {
  std::int64_t rows = 0;        ///< Rows handed to SQLite.
  std::int64_t bytes = 0;       ///< The bytes in these rows.
  std::int64_t pages = 0;       ///< Pages written to the write-ahead log.
  std::int64_t wal_frames = 0;  ///< Frames in the write-ahead log afterwards.
};

/// All writes of one kind since the collector's start.
struct StorageWork {
  std::uint64_t writes = 0;
  WriteCost cost;  ///< Sums, but `wal_frames` is that of the last write.

  void add(const WriteCost& write) {
    ++writes;
    cost.rows += write.rows;
    cost.bytes += write.bytes;
    cost.pages += write.pages;
    cost.wal_frames = write.wal_frames;
  }
};

struct StorageStatus {
  void add_trouble(const std::string& trouble) {
    degraded = true;
    reason += (reason.empty() ? "" : "; ") + trouble;
  }

  bool degraded = false;
  bool hangs = false;               ///< The disk does not answer; nobody should wait for it.
  std::string reason;               ///< Empty unless degraded.
  std::uint64_t lost_steps = 0;     ///< Steps of the history lost since the collector's start.
  StorageWork history;              ///< One write for each step.
  StorageWork checkpoints;          ///< One write for each checkpoint.
  std::uint64_t registry_rows = 0;  ///< Rows stored because a slot was marked (HostTable).
};

}  // namespace flatline
