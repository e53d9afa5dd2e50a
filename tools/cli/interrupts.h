#pragma once

// Lets a job of many parts end between two of them when somebody wants it to end, so that it can
// say how far it came.

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace flatline::cli {

/// While it lives, the first SIGINT, SIGTERM or SIGHUP ends nothing and is noted. The second one
/// ends the program as it does without this. A signal that is ignored stays ignored. Threads that
/// are started meanwhile get none of these signals.
class Interrupts {
 public:
  /// `wake` is called on a thread of its own when the first one comes, so that whoever waits for
  /// something stops waiting. It must not throw.
  explicit Interrupts(std::function<void()> wake = {});
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] bool came() const { return came_; }

 private:
  void wait();

  std::function<void()> wake_;
  sigset_t ours_{};
  sigset_t before_{};
  std::atomic<bool> came_ = false;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace flatline::cli
