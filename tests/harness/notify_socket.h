#pragma once

// A service manager as a test plays it: it hears what a program tells its manager (sd_notify(3)),
// and it makes a program hang.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/harness/child_process.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::test {

class NotifySocket {
 public:
  NotifySocket();
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// A command that runs a program for this manager, which has so much patience with it.
  [[nodiscard]] std::vector<std::string> under(std::chrono::microseconds patience) const;

  /// Returns the next message, or nothing if none came in time.
  std::optional<std::string> hear(std::chrono::milliseconds patience = kPatience) const;
  /// Returns the first message that has `words`. Throws std::runtime_error if none came in time.
  std::string hear_of(const std::string& words) const;
  /// Forgets what came until now.
  void forget() const;

 private:
  TemporaryFolder folder_;
  std::string path_;
  int socket_;
};

/// While it lives, the main thread of a child of this process stands still; its other threads go
/// on.
class HeldMainThread {
 public:
  explicit HeldMainThread(pid_t process);
  ~HeldMainThread();
  HeldMainThread(const HeldMainThread&) = delete;
  HeldMainThread& operator=(const HeldMainThread&) = delete;

 private:
  pid_t process_;
};

}  // namespace flatline::test
