#pragma once

// A disk under SQLite whose calls a test can count, fail and hold. It is a layer over SQLite's own
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

  /// What SQLite asks of the disk, and what may become of one such call.
  enum class Call { kOpen, kRead, kWrite, kSync, kSize, kTruncate, kDelete, kLock };
  enum class Mishap {
    kError,    ///< An I/O error, and nothing is done.
    kFull,     ///< The disk is full, and nothing is done.
    kTorn,     ///< Only the first half is done. A read says so, and a write is an I/O error.
    kFlipped,  ///< One bit is wrong, and nothing says so.
  };
  static constexpr int kCalls = 8;
  static constexpr int kMishaps = 4;
  /// Whether there can be such a mishap.
  static bool can_happen(Call call, Mishap mishap);

  /// From now on calls of this kind to files whose name contains `name` meet with this mishap: not
  /// the first `granted` ones, and no more than `times`.
  void befall(Call call, Mishap mishap, std::int64_t granted, std::int64_t times,
              const std::string& name = "");
  /// From now on every read that touches this byte of such a file fails: a bad sector.
  void spoil(const std::string& name, std::int64_t at);
  /// How many calls of that kind there were since, and how many of them met with the mishap.
  struct Befallen {
    std::int64_t calls = 0;
    std::int64_t mishaps = 0;
  };
  [[nodiscard]] Befallen befallen() const;

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
