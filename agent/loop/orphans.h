#pragma once

// Other processes' children. As process 1 of a container, or as a subreaper, the agent is given
// every process whose parent has ended, such as what a plugin left behind. When those end, they
// stay zombies until somebody asks for how they ended, and libuv asks for its own alone.

struct uv_loop_s;

namespace flatline {

/// Asks for those that have ended, kReapsAtOnce at the most, and leaves the loop's own to libuv.
void reap_orphans(uv_loop_s& loop);

}  // namespace flatline
