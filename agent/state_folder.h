#pragma once

// What an agent keeps on disk: its last epoch, and a lock that makes it the only agent on this
// folder. The lock's file holds the agent's process id, by which `leave` finds the agent. Both are
// written at the start; afterwards the agent writes to the disk only when it begins a new epoch
// (epoch_keeper.h).

#include <cstdint>
#include <filesystem>

#include "schema/program/descriptor.h"
#include "schema/time.h"

namespace flatline {

class StateFolder {
 public:
  /// Makes the folder if its parent exists, and takes the lock, which the system releases when the
  /// process ends, however it ends. Throws Failure if it may not write there, or if another agent
  /// holds the lock. A disk that is full, read-only or failing (DiskFailure) ends no start: the log
  /// says what the agent goes without.
  explicit StateFolder(const std::filesystem::path& folder);
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  /// Returns a new epoch, which is stored and synced first, so that no start ever uses one twice
  /// (CONTRACT.md, "Order"). Where the disk is at fault, the wall clock and a warning must do.
  /// Throws Failure if the stored one cannot be read for another reason, or if there is no new one:
  /// the clock is in 2109 or later, or the stored epoch is the last that a number has room for.
  [[nodiscard]] std::uint64_t begin_epoch(WallTime wall);

  /// Whether the disk took what begin_epoch() returned.
  [[nodiscard]] bool is_stored() const { return is_stored_; }

  /// Stores and syncs `epoch` in the folder of a running agent, or the epoch after the stored one
  /// where that is not lower; returns which. One thread at a time may do this. Throws Failure where
  /// it cannot, whatever the reason.
  static std::uint64_t store_epoch(const std::filesystem::path& folder, std::uint64_t epoch);

  /// The process id of the agent that holds the folder's lock; 0 if no agent does. Throws Failure
  /// if the lock's file cannot be read.
  static int holder(const std::filesystem::path& folder);

 private:
  void take_lock();

  std::filesystem::path folder_;
  bool is_there_ = false;
  bool is_stored_ = false;
  Descriptor lock_;
};

}  // namespace flatline
