#pragma once

// A benchmark's result, checked when its loop has ended: a wrong one is an error of the run.

#include <benchmark/benchmark.h>

namespace flatline::bench {

inline void must_hold(benchmark::State& state, bool holds, const char* else_what) {
  if (!holds) state.SkipWithError(else_what);
}

}  // namespace flatline::bench
