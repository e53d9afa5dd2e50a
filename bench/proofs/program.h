#pragma once

// What the mains of proofs do alike.

#include <functional>

namespace flatline::bench {

/// The exit code of `proof`; 2 with a line on stderr when it was called wrongly, 1 when it could
/// not be led to its end.
int run_proof(const char* program, const std::function<int()>& proof);

}  // namespace flatline::bench
