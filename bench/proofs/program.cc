#include "bench/proofs/program.h"

#include <fmt/core.h>

#include <cstdio>

#include "schema/program/error.h"

namespace flatline::bench {

int run_proof(const char* program, const std::function<int()>& proof) {
  try {
    return proof();
  } catch (const UsageError& error) {
    fmt::print(stderr, "{}: {}\n", program, error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", program, error.what());
    return 1;
  }
}

}  // namespace flatline::bench
