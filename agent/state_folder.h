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
  /// process ends, however it ends. Throws Failure if it cannot write there, or if another agent
  /// holds the lock.
  explicit StateFolder(const std::filesystem::path& folder);
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  /// Returns a new epoch, which is stored and synced first, so that no start ever uses one twice
  /// (CONTRACT.md, "Order"). Throws Failure if the stored one cannot be read, if the new one cannot
  /// be written, or if there is no new one: the clock is in 2109 or later, or the stored epoch is
  /// the last that a number has room for.
  [[nodiscard]] std::uint64_t begin_epoch(WallTime wall) const;

  /// Stores and syncs `epoch` in the folder of a running agent, or the epoch after the stored one
  /// where that is not lower; returns which. One thread at a time may do this. Throws Failure as
  /// begin_epoch does.
  static std::uint64_t store_epoch(const std::filesystem::path& folder, std::uint64_t epoch);

  /// The process id of the agent that holds the folder's lock; 0 if no agent does. Throws Failure
  /// if the lock's file cannot be read.
  static int holder(const std::filesystem::path& folder);

 private:
  std::filesystem::path folder_;
  Descriptor lock_;
};

}  // namespace flatline
