#include "agent/loop/owned_loop.h"

#include <uv.h>

namespace flatline {

OwnedLoop::OwnedLoop() {
  auto loop = std::make_unique<uv_loop_t>();
  require_uv(uv_loop_init(loop.get()));
  loop_ = loop.release();
}

OwnedLoop::~OwnedLoop() {
  uv_run(loop_, UV_RUN_NOWAIT);  // This runs the close callbacks.
  // A plugin that even SIGKILL does not end keeps the loop busy. Nobody waits for it, so the loop
  // is then left until the process ends.
  if (uv_loop_close(loop_) == 0) delete loop_;
}

void OwnedLoop::run() {
  uv_run(loop_, UV_RUN_DEFAULT);
}

void OwnedLoop::stop() {
  uv_stop(loop_);
}

}  // namespace flatline
