#pragma once

// Counts what a program and its libraries allocate: linking it replaces malloc, so a test that
// counts is a program of its own or one that does not mind.

#include <cstddef>

namespace flatline::test {

/// Calls of malloc and its like since the program's start, of all threads.
std::size_t allocations();

}  // namespace flatline::test
