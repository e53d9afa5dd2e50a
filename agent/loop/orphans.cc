#include "agent/loop/orphans.h"

#include <sys/wait.h>

#include "agent/loop/children.h"
#include "schema/limits.h"

namespace flatline {

void reap_orphans(uv_loop_s& loop) {
  for (unsigned i = 0; i < kReapsAtOnce; ++i) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;
    // libuv is about to ask for it. The others have their turn at the next look.
    if (is_child(loop, ended.si_pid)) return;
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
  }
}

}  // namespace flatline
