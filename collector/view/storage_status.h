#pragma once

// What the journal says of itself.

#include <cstdint>
#include <string>

namespace flatline {

/// What one write of a constant kind took: a step of the history, or a checkpoint.
struct WriteCost {
  std::int64_t rows = 0;        ///< Handed to SQLite,
  std::int64_t bytes = 0;       ///< and what they hold.
  std::int64_t pages = 0;       ///< Written to the log.
  std::int64_t wal_frames = 0;  ///< In the log afterwards.
};

/// All writes of one kind, since the collector's start.
struct StorageWork {
  std::uint64_t writes = 0;
  WriteCost cost;  ///< The frames are those after the last.

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
  std::string reason;               ///< Empty unless degraded.
  std::uint64_t lost_steps = 0;     ///< Of the history, since the collector's start.
  StorageWork history;              ///< A write a step.
  StorageWork checkpoints;          ///< A write a checkpoint.
  std::uint64_t registry_rows = 0;  ///< Stored because hosts came, went or changed their interval.
};

}  // namespace flatline
