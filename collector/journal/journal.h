#pragma once

// The registry on disk, so that slots survive a restart: SQLite behind one thread of its own, fed
// with full state (which slots changed their host), never with a queue of events. Whatever happens
// to the disk, the collector goes on; status() says what is wrong until it is right again.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "collector/roster.h"
#include "collector/tenancy.h"

namespace flatline {

struct StorageStatus {
  bool degraded = false;
  std::string reason;  ///< Empty unless degraded.
};

class Journal {
 public:
  /// Opens or creates the registry in `folder`, counts this start and reads what was registered.
  /// Throws Failure: the folder cannot be used, another collector holds it, it is for another
  /// capacity, or of a newer version. A corrupt file is set aside, with a line in the log.
  Journal(const std::filesystem::path& folder, std::uint32_t capacity, Roster& roster);
  /// Stores what is left.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Grows with each start; stored and synced before this object exists.
  [[nodiscard]] std::uint64_t start_number() const;
  [[nodiscard]] const std::vector<Tenancy>& restored() const;

  /// Starts the thread; after this the roster's changes are stored.
  void start();
  /// Once a tick: lets the thread store what changed. Never blocks.
  void wake();
  /// Any thread. The first never waits and allocates nothing.
  [[nodiscard]] bool degraded() const;
  [[nodiscard]] StorageStatus status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
