#include <cstring>
#include <random>

#include "bench/proofs/limit/costs.h"
#include "collector/fleet/sweep.h"
#include "collector/view/huge_pages.h"
#include "collector/view/view_board.h"
#include "schema/program/error.h"

namespace flatline::bench {
namespace {

constexpr Instant kNow{std::chrono::hours{1}};
constexpr WallTime kColumnsWall{std::chrono::hours{1}};

/// What the sweep reads, as of one fixed moment: half of the slots are healthy, the rest failing or
/// silent, and one in eight is drained.
struct Columns {
  explicit Columns(std::uint32_t capacity) : columns(capacity, kNow) {
    std::mt19937_64 random(5);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      const bool well = random() % 2 == 0;
      const bool silent = !well && random() % 2 == 0;
      healthy += well ? 1 : 0;
      if (slot % 8 == 0) columns.set_drained_until(slot, kColumnsWall + std::chrono::seconds{1});
      columns.set_deadline(slot, kNow + (silent ? -1 : 1) * std::chrono::seconds{1});
      columns.verdict(slot) =
          static_cast<std::uint8_t>(plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) |
                                    (well ? plane_bit(Plane::kHealthy) : 0));
    }
  }
  void sweep_into(View& view) const { sweep(columns, kNow, kColumnsWall, view); }

  SlotColumns columns;
  std::uint32_t healthy = 0;
};

/// What a sweep reads of a slot, and the planes that it writes: all but the flapping one.
constexpr std::size_t kSlotBytes =
    sizeof(std::uint8_t) + sizeof(std::uint32_t) + sizeof(std::int32_t);
constexpr std::size_t kSweptPlanes = kPlanes - 1;

template <typename Work>
double microseconds(Work&& work) {
  const double begun = thread_nanoseconds();
  work();
  return (thread_nanoseconds() - begun) / 1000;
}

}  // namespace

MemoryCosts measure_memory(std::uint32_t capacity, std::size_t rounds) {
  const Columns columns(capacity);
  View view(capacity);
  ViewBoard board(capacity);
  const HugePageVector<std::uint64_t> read(capacity * kSlotBytes / sizeof(std::uint64_t), 1);
  HugePageVector<std::uint64_t> passed(capacity / 64 * kSweptPlanes, 0);
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
