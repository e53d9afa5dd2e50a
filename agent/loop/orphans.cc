#include "agent/loop/orphans.h"

#include <sys/wait.h>
#include <uv.h>

#include "schema/limits.h"

namespace flatline {
namespace {

struct Search {
  pid_t process = 0;
  bool found = false;
};

/// Whether libuv started it on this loop and has not asked for it yet.
bool is_the_loops(uv_loop_s& loop, pid_t process) {
  Search search{.process = process};
  const auto look = [](uv_handle_t* handle, void* data) {
    auto& wanted = *static_cast<Search*>(data);
    if (handle->type != UV_PROCESS) return;
    const auto* const child = reinterpret_cast<const uv_process_t*>(handle);
    if (uv_process_get_pid(child) == wanted.process) wanted.found = true;
  };
  uv_walk(&loop, look, &search);
  return search.found;
}

}  // namespace

void reap_orphans(uv_loop_s& loop) {
  for (unsigned i = 0; i < kReapsAtOnce; ++i) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;
    // libuv is about to ask for it. The others have their turn at the next look.
    if (is_the_loops(loop, ended.si_pid)) return;
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
  }
}

}  // namespace flatline
