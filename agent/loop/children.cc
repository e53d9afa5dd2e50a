#include "agent/loop/children.h"

#include <uv.h>

#include <csignal>

#include "agent/loop/alarm.h"
#include "schema/program/clock.h"

namespace flatline {
namespace {

/// Calls `take(process)` for each child.
template <typename Take>
void each_child(uv_loop_s& loop, Take take) {
  const auto look = [](uv_handle_t* handle, void* data) {
    if (handle->type != UV_PROCESS) return;
    (*static_cast<Take*>(data))(uv_process_get_pid(reinterpret_cast<uv_process_t*>(handle)));
  };
  uv_walk(&loop, look, &take);
}

}  // namespace

bool is_child(uv_loop_s& loop, int process) {
  bool found = false;
  each_child(loop, [&](int child) { found = found || process == 0 || child == process; });
  return found;
}

void end_children(uv_loop_s& loop, Duration patience) {
  const Instant until = monotonic_now() + patience;
  Alarm over(loop, [] {});
  over.set(until);
  while (is_child(loop, 0) && monotonic_now() < until) uv_run(&loop, UV_RUN_ONCE);
  each_child(loop, [](int child) {
    if (child > 0) ::kill(-child, SIGKILL);  // It is 0 where starting it has failed.
  });
}

}  // namespace flatline
