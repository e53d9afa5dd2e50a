#pragma once

// Which hosts change their verdict too often. Time is cut into samples of equal length; of every
// slot it is remembered for the last 64 of them whether its verdict changed meanwhile, and the
// plane `flapping` is set by how many of them say so. Each change counts in one sample, the one in
// which it was seen. The plane stands beside a state and hides none. Pure; works on whole words of
// the planes, and does the same at a tick that ends a sample as at any other, so that a tick costs
// the same whenever it comes and whoever flaps.

#include <array>
#include <cstdint>

#include "collector/view/view.h"

namespace flatline {

class Flapping {
 public:
  /// A sample lasts kFlappingSample, or a tick where that is longer.
  Flapping(std::uint32_t capacity, Duration tick, Instant start);

  /// Reads the planes `known` and `healthy` of a tick's view and writes its plane `flapping`. Only
  /// changes between two ticks at which a host was known count. The first tick at or after a
  /// sample's end ends it; samples that no tick ended are as if they had not been.
  void tick(Instant now, View& view);

  /// The slot has another host, or none: nothing that was counts any more.
  void forget(std::uint32_t slot);

 private:
  static constexpr std::size_t kCounterBits = 7;
  static_assert(kFlappingSamples < (1U << kCounterBits));

  /// 64 counters, bit i of each in word i: counted in a handful of operations for all of them.
  using Counters = std::array<std::uint64_t, kCounterBits>;

  static void add(Counters& counters, std::uint64_t which);
  static void subtract(Counters& counters, std::uint64_t which);
  static std::uint64_t at_least(const Counters& counters, std::uint32_t bound);

  [[nodiscard]] bool take_sample_end(Instant now);

  Duration sample_;
  Instant sample_end_;
  std::array<PlaneWords, kFlappingSamples> samples_;  ///< A ring of planes.
  std::size_t oldest_ = 0;  ///< Place in the ring that the next sample takes.
  std::vector<Counters> counts_;
  PlaneWords changed_;  ///< Since the last sample's end.
  PlaneWords known_;
  PlaneWords healthy_;
  PlaneWords flapping_;
};

}  // namespace flatline
