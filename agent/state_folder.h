#pragma once

// What an agent keeps on disk: the epoch of its last start, and a lock that makes it the only agent
// on this folder. The lock's file holds the agent's process id, for `leave`. Written at the start
// only: a running agent touches no disk.

#include <cstdint>
#include <filesystem>

#include "schema/time.h"

namespace flatline {

class StateFolder {
 public:
  /// Makes the folder if its parent is there, and takes the lock; the system lets go of it when the
  /// process ends, however it ends. Throws Failure: cannot be written, or another agent holds it.
  explicit StateFolder(const std::filesystem::path& folder);
  ~StateFolder();
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  /// A new epoch, stored and synced before it is returned: no start ever uses one twice. Throws
  /// Failure: what is stored cannot be read, or the new one not be written.
  [[nodiscard]] std::uint64_t begin_epoch(WallTime wall) const;

  /// The process id of the agent that holds the folder's lock; 0 if none does.
  static int holder(const std::filesystem::path& folder);

 private:
  std::filesystem::path folder_;
  int lock_;
};

}  // namespace flatline
