#pragma once

// libuv's loop, owned by one object.

#include "agent/loop/handles.h"

namespace flatline {

class OwnedLoop {
 public:
  OwnedLoop();
  /// Every handle that was made on the loop must be closed before.
  ~OwnedLoop();
  OwnedLoop(const OwnedLoop&) = delete;
  OwnedLoop& operator=(const OwnedLoop&) = delete;

  [[nodiscard]] uv_loop_s& get() { return *loop_; }
  /// Runs until stop() is called, or until nothing is left to wait for.
  void run();
  void stop();

 private:
  uv_loop_s* loop_;
};

}  // namespace flatline
