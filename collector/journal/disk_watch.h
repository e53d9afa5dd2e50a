#pragma once

// Notices from outside that the disk does not answer the journal's thread. A thread whose write
// hangs cannot say so itself. So it counts the answers that it gets, and the loop looks once a tick
// whether that count moves. Neither waits for the other, and only the loop knows the time.

#include <atomic>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class DiskWatch {
 public:
  // --- The journal's thread ---------------------------------------------------------------------

  /// The thread asks something of the disk. If it asked something before, that is answered.
  void ask() {
    answers_.fetch_add(1);
    asking_.store(true);
  }
  /// Everything that was asked is answered.
  void rest() { asking_.store(false); }

  // --- The loop ---------------------------------------------------------------------------------

  /// Called once a tick. Returns how long the disk has not answered, or zero while that is no
  /// longer than kDiskPatience.
  Duration look(const Moment& moment);
  /// When look() last found that no answer was missing.
  [[nodiscard]] const Moment& since() const { return since_; }

 private:
  std::atomic<std::uint64_t> answers_{0};
  std::atomic<bool> asking_{false};
  std::uint64_t seen_ = 0;
  Moment since_;
  bool looked_again_ = false;
};

}  // namespace flatline
