#pragma once

// How important a thread is to others of the same program.

namespace flatline {

/// From now on the calling thread gets a processor only a third as often as one that has not called
/// this, where both want the same: for work that nobody waits for to the millisecond.
void give_way();

}  // namespace flatline
