#pragma once

// What the journal says about itself: whether it is degraded and why, and what its writes cost.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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

/// What can make a collector degraded.
enum class Trouble : std::uint8_t {
  kRegistry,    ///< Hosts, bans and actions, or a checkpoint, cannot be stored.
  kLoss,        ///< Something of a damaged registry was lost, and nobody has taken note yet.
  kHistory,     ///< Steps of the history cannot be stored.
  kDiskHangs,   ///< The disk does not answer.
  kAdminToken,  ///< Operators can change nothing, because their token cannot be used.
  kGivenUp,     ///< The journal gave up what it was doing, for want of memory.
};
inline constexpr std::size_t kTroubles = 6;
inline constexpr std::array<std::string_view, kTroubles> kTroubleNames = {
    "registry", "loss", "history", "disk_hangs", "admin_token", "given_up"};
constexpr std::uint32_t trouble_bit(Trouble trouble) {
  return 1U << static_cast<unsigned>(trouble);
}

struct StorageStatus {
  void add_trouble(Trouble trouble, const std::string& text) {
    degraded = true;
    troubles |= trouble_bit(trouble);
    reason += (reason.empty() ? "" : "; ") + text;
  }

  bool degraded = false;
  bool hangs = false;               ///< The disk does not answer; nobody should wait for it.
  std::string reason;               ///< Empty unless degraded.
  std::uint32_t troubles = 0;       ///< trouble_bit(Trouble), those that are in the reason.
  std::uint64_t lost_steps = 0;     ///< Steps of the history lost since the collector's start.
  StorageWork history;              ///< One write for each step.
  StorageWork checkpoints;          ///< One write for each checkpoint.
  std::uint64_t registry_rows = 0;  ///< Rows stored because a slot was marked (HostTable).
};

}  // namespace flatline
