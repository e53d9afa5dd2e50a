#pragma once

// The descriptors that this process has open, for tests of who closes them.

#include <cstddef>

namespace flatline::test {

/// How many are open now.
std::size_t open_descriptors();
/// Those of them that are sockets.
std::size_t open_sockets();

}  // namespace flatline::test
