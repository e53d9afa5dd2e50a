#pragma once

// A disk under SQLite whose writes a test can count, fail and hold. It is a layer over SQLite's own
// file system (VFS) and serves every database that is opened while it exists.

#include <cstdint>
#include <functional>
#include <string>

namespace flatline::test {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  enum class Fault { kNone, kFull, kReadOnly, kBroken, kUnreadable };
  /// From now on, every write to a file whose name contains `name` fails with this fault. With
  /// kReadOnly, creating such a file fails too; with kUnreadable, opening one does.
  void set(Fault fault, const std::string& name = "");

  /// From now on, writes wait for release().
  void hold();
  void release();
  /// Waits until a write is held. Meanwhile it calls `nudge` from time to time, since the thread
  /// that should write may miss a wake. False if none came in time.
  [[nodiscard]] bool await_held(const std::function<void()>& nudge);

  /// What was written since the last call.
  struct Written {
    std::int64_t writes = 0;
    std::int64_t bytes = 0;
    bool operator==(const Written&) const = default;
  };
  Written take_written();

  /// What was asked of the files that set() named, since the last call.
  struct Asked {
    std::int64_t opened = 0;   ///< Attempts to open a database, failed ones included.
    std::int64_t refused = 0;  ///< Writes that failed with the fault.
  };
  Asked take_asked();
};

}  // namespace flatline::test
