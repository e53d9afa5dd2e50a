#include "bench/proofs/limit/memory.h"

#include <cstring>

#include "bench/collector/columns.h"
#include "bench/proofs/limit/thread_time.h"
#include "collector/view/huge_pages.h"
#include "collector/view/view_board.h"
#include "schema/program/error.h"

namespace flatline::bench {
namespace {

constexpr unsigned kHealthyPercent = 50;

template <typename Work>
double microseconds(Work&& work) {
  const double begun = thread_nanoseconds();
  work();
  return (thread_nanoseconds() - begun) / 1000;
}

}  // namespace

MemoryCosts measure_memory(std::uint32_t capacity, std::size_t rounds) {
  const Columns columns(capacity, kHealthyPercent);
  View view(capacity);
  ViewBoard board(capacity);
  const HugePageVector<std::uint64_t> read(words_read(capacity), 1);
  HugePageVector<std::uint64_t> passed(words_written(capacity), 0);
  HugePageVector<std::uint64_t> written(board.publish(view) / sizeof(std::uint64_t), 0);
  const HugePageVector<std::uint64_t> source(written.size(), 3);
  MemoryCosts costs;
  std::uint64_t sum = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    costs.sweep.push_back(microseconds([&] { columns.sweep_into(view); }));
    costs.pass.push_back(microseconds([&] {
      for (const std::uint64_t word : read) sum += word;
      for (std::uint64_t& word : passed) word = sum;
    }));
    costs.publish.push_back(microseconds([&] { board.publish(view); }));
    costs.copy.push_back(microseconds([&] {
      std::memcpy(written.data(), source.data(), written.size() * sizeof(std::uint64_t));
    }));
    // So that nothing of it is left out.
    sum += passed[round % passed.size()] + written[round % written.size()];
  }
  if (sum == 0 || count_planes(view).healthy != columns.healthy) {
    throw Failure("limit: the planes are wrong");
  }
  return costs;
}

}  // namespace flatline::bench
