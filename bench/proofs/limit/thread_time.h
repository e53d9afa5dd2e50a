#pragma once

// Processor time, which does not count while others have the processor.

#include <ctime>

namespace flatline::bench {

/// Of the calling thread.
inline double thread_nanoseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

}  // namespace flatline::bench
