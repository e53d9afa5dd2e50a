#pragma once

// Keeps the agent's resident memory at what its steady work takes. Reading the configuration takes
// a megabyte of code and some memory, and then neither is needed until the next reload.

namespace flatline {

/// Gives back free memory, and unmaps the pages of code: those that are still needed come back one
/// by one from the kernel's cache, without a read of the disk. Any thread may call it.
void give_back_spare_memory();

}  // namespace flatline
