#pragma once

// libuv's loop as a value with an owner.

#include "agent/handles.h"

namespace flatline {

class OwnedLoop {
 public:
  OwnedLoop();
  /// Everything made on the loop must be gone before.
  ~OwnedLoop();
  OwnedLoop(const OwnedLoop&) = delete;
  OwnedLoop& operator=(const OwnedLoop&) = delete;

  [[nodiscard]] uv_loop_s& get() { return *loop_; }
  /// Until stop(), or until nothing is left to wait for.
  void run();
  void stop();

 private:
  uv_loop_s* loop_;
};

}  // namespace flatline
