#pragma once

// Counts what a program and its libraries allocate. Linking it replaces malloc, so it belongs only
// in test programs that need the count.

#include <cstddef>

namespace flatline::test {

/// How often malloc and its like were called since the program's start, by all threads.
std::size_t allocations();

}  // namespace flatline::test
