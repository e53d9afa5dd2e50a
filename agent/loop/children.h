#pragma once

// The processes that were started on a loop. Each is the leader of a group of its own.

#include "schema/time.h"

struct uv_loop_s;

namespace flatline {

/// Whether `process` was started on the loop and has not been asked for yet. Zero stands for any.
bool is_child(uv_loop_s& loop, int process);

/// Runs the loop until all of them have ended, for as long as `patience` at most. Those that are
/// left then are killed with their groups, and nobody waits for them.
void end_children(uv_loop_s& loop, Duration patience);

}  // namespace flatline
