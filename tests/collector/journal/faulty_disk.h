#pragma once

// A disk under SQLite that a test can count, fill, break and hold still: a layer over SQLite's own
// file system, for every database that is opened while it lives.

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
  /// What every write to a file whose name holds `name` meets from now on; with kReadOnly, what
  /// making one meets, too. With kUnreadable no file can be opened.
  void set(Fault fault, const std::string& name = "");

  /// Writes wait from now on, until release().
  void hold();
  void release();
  /// Waits until a write waits, and calls `nudge` from time to time, for what may be overheard.
  /// False: none came in the patience that tests have.
  [[nodiscard]] bool await_held(const std::function<void()>& nudge);

  /// Written since the last call.
  struct Written {
    std::int64_t writes = 0;
    std::int64_t bytes = 0;
    bool operator==(const Written&) const = default;
  };
  Written take_written();

  /// Asked of the files that set() named, since the last call.
  struct Asked {
    std::int64_t opened = 0;   ///< Databases, whether they could be or not.
    std::int64_t refused = 0;  ///< Writes that met its fault.
  };
  Asked take_asked();
};

}  // namespace flatline::test
