#include "bench/proofs/detection/loss_arithmetic.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "bench/collector/simulated_time.h"

namespace flatline::bench {
namespace {

constexpr std::uint32_t kHosts = 1024;
constexpr int kWarmUpTicks = 20;  ///< All are registered, and every window has passed once.

}  // namespace

LossArithmetic arithmetic(const LossCase& loss, double first_half) {
  const double in_a_row = std::pow(loss.loss, loss.stale_after);
  const double seen = first_half + (1 - first_half) * loss.loss;
  return {(1 - loss.loss) * in_a_row, (1 - loss.loss) * in_a_row * seen, in_a_row * seen};
}

LossMeasured play(const LossCase& loss, double host_intervals) {
  SimulatedTime world({.capacity = kHosts,
                       .hosts = kHosts,
                       .stale_after = loss.stale_after,
                       .fates = {.loss = loss.loss, .seed = 7}});
  LossMeasured measured;
  PlaneWords before(kHosts / 64);
  const auto ticks = static_cast<int>(host_intervals / kHosts);
  for (int tick = 0; tick < kWarmUpTicks + ticks; ++tick) {
    world.hear(world.send());
    const PlaneWords& reporting = world.tick().plane(Plane::kReporting);
    for (std::size_t word = 0; word < before.size(); ++word) {
      if (tick >= kWarmUpTicks) {
        measured.falls += std::popcount(before[word] & ~reporting[word]);
        measured.silent += 64 - std::popcount(reporting[word]);
      }
      before[word] = reporting[word];
    }
  }
  const auto phases = world.phases();
  measured.first_half = static_cast<double>(std::ranges::count_if(
                            phases, [](Duration phase) { return phase < kDefaultInterval / 2; })) /
                        kHosts;
  measured.intervals = static_cast<double>(ticks) * kHosts;
  return measured;
}

}  // namespace flatline::bench
