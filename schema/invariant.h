#pragma once

// INVARIANT states what our own code guarantees, in release builds too: when it does not hold, the
// program aborts, and the service manager starts it anew in a sound state. It never judges what
// came from a wire, a disk or a user. (It is not named CHECK because doctest uses that name.)

namespace flatline {

/// Prints the broken condition and where it stands, then aborts.
[[noreturn]] void invariant_broken(const char* condition, const char* file, int line);

}  // namespace flatline

#define INVARIANT(condition)                                        \
  do {                                                              \
    if (!(condition)) [[unlikely]]                                  \
      ::flatline::invariant_broken(#condition, __FILE__, __LINE__); \
  } while (false)
