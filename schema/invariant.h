#pragma once

// Our own invariants, alive in release builds: a broken one aborts, and the service manager
// restarts a program that is whole again at once. Never for what came from a wire, a disk or a
// user. (Not named CHECK: that is doctest's word.)

namespace flatline {

/// Prints the broken condition and where it stands, then aborts.
[[noreturn]] void invariant_broken(const char* condition, const char* file, int line);

}  // namespace flatline

#define INVARIANT(condition)                                        \
  do {                                                              \
    if (!(condition)) [[unlikely]]                                  \
      ::flatline::invariant_broken(#condition, __FILE__, __LINE__); \
  } while (false)
