#pragma once

// Sees from outside whether the journal's thread gets its answers. A write that hangs ends nothing,
// so the thread cannot tell of it: it counts what it was answered, and the loop looks once a tick
// whether that count moves. Neither waits for the other, and only the loop knows the time.

#include <atomic>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class DiskWatch {
 public:
  // --- The journal's thread ---------------------------------------------------------------------

  /// Something is asked of the disk, or the next thing: what was asked before is answered.
  void ask() {
    answers_.fetch_add(1);
    asking_.store(true);
  }
  /// All is answered.
  void rest() { asking_.store(false); }

  // --- The loop ---------------------------------------------------------------------------------

  /// Once a tick. Zero, or how long the disk has not answered, if that is beyond kDiskPatience.
  Duration look(const Moment& moment);
  /// When the answer that is missing was last seen to be asked for.
  [[nodiscard]] const Moment& since() const { return since_; }

 private:
  std::atomic<std::uint64_t> answers_{0};
  std::atomic<bool> asking_{false};
  std::uint64_t seen_ = 0;
  Moment since_;
  bool looked_again_ = false;
};

}  // namespace flatline
