#pragma once

// Counts what a program allocates: linking it replaces operator new, so a test that counts is a
// program of its own or one that does not mind.

#include <cstddef>

namespace flatline::test {

/// Calls of operator new since the program's start, of all threads.
std::size_t allocations();

}  // namespace flatline::test
