#pragma once

// The tick's constant work beside what memory itself takes: the sweep beside a plain pass over as
// many bytes, publishing a view beside memcpy.

#include <cstdint>
#include <vector>

namespace flatline::bench {

/// Microseconds of processor time, a value a round.
struct MemoryCosts {
  std::vector<double> sweep;
  std::vector<double> pass;
  std::vector<double> publish;
  std::vector<double> copy;
};

MemoryCosts measure_memory(std::uint32_t capacity, std::size_t rounds);

}  // namespace flatline::bench
