#include "bench/limit_proof/memory.h"

#include <cstring>

#include "bench/collector/columns.h"
#include "collector/board.h"
#include "schema/clock.h"
#include "schema/error.h"

namespace flatline::bench {
namespace {

constexpr unsigned kHealthyPercent = 50;
constexpr std::size_t kReadBytes = sizeof(Instant) + sizeof(std::uint8_t) + sizeof(WallTime);

template <typename Work>
double microseconds(Work&& work) {
  const Instant begun = monotonic_now();
  work();
  return std::chrono::duration<double, std::micro>(monotonic_now() - begun).count();
}

}  // namespace

MemoryCosts measure_memory(std::uint32_t capacity, std::size_t rounds) {
  const Columns columns(capacity, kHealthyPercent);
  View view(capacity);
  Board board(capacity);
  const std::vector<std::uint64_t> read(capacity * kReadBytes / sizeof(std::uint64_t), 1);
  std::vector<std::uint64_t> written(board.publish(view) / sizeof(std::uint64_t), 0);
  const std::vector<std::uint64_t> source(written.size(), 3);
  MemoryCosts costs;
  std::uint64_t sum = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    costs.sweep.push_back(microseconds([&] { columns.sweep_into(view); }));
    costs.pass.push_back(microseconds([&] {
      for (const std::uint64_t word : read) sum += word;
      for (std::uint64_t& word : written) word = sum;
    }));
    costs.publish.push_back(microseconds([&] { board.publish(view); }));
    costs.copy.push_back(microseconds([&] {
      std::memcpy(written.data(), source.data(), written.size() * sizeof(std::uint64_t));
    }));
    sum += written[round % written.size()];  // So that nothing of it is left out.
  }
  if (sum == 0 || count_planes(view).healthy != columns.healthy) {
    throw Failure("limit: the planes are wrong");
  }
  return costs;
}

}  // namespace flatline::bench
