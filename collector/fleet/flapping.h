#pragma once

// Finds the hosts that change their verdict too often (CONTRACT.md, "The bitmap answer"). Time is
// cut into samples of equal length. For each slot and each of the last kFlappingSamples samples,
// one bit remembers whether the verdict changed in it; the number of bits set decides on the plane
// `flapping`. A change counts in the one sample in which it was seen. The plane changes no other
// plane. Pure. It works on whole words of the planes and takes the same steps whether or not a tick
// ends a sample, so that every tick costs the same, whoever flaps.

#include <array>
#include <cstdint>

#include "collector/view/view.h"

namespace flatline {

class Flapping {
 public:
  /// A sample lasts kFlappingSample, or a tick where that is longer.
  Flapping(std::uint32_t capacity, Duration tick, Instant start);

  /// Reads the planes `known` and `healthy` of a tick's view and writes its plane `flapping`. A
  /// change counts only if the host was known at both ticks. The first tick at or after a sample's
  /// end ends it; if several ends lie between two ticks, they end one sample.
  void tick(Instant now, View& view);

  /// Forgets a slot's past, because its host leaves.
  void forget(std::uint32_t slot);

 private:
  static constexpr std::size_t kCounterBits = 7;
  static_assert(kFlappingSamples < (1U << kCounterBits));

  /// The counters of 64 slots. Word i holds bit i of each, so that a handful of operations counts
  /// for all of them at once.
  using Counters = std::array<std::uint64_t, kCounterBits>;

  static void add(Counters& counters, std::uint64_t which);
  static void subtract(Counters& counters, std::uint64_t which);
  static std::uint64_t at_least(const Counters& counters, std::uint32_t bound);

  [[nodiscard]] bool take_sample_end(Instant now);

  Duration sample_;
  Instant sample_end_;
  std::array<PlaneWords, kFlappingSamples> samples_;  ///< A ring: what changed in each sample.
  std::size_t oldest_ = 0;  ///< The index of the sample that the next one replaces.
  std::vector<Counters> counts_;
  PlaneWords changed_;   ///< What changed since the last sample's end.
  PlaneWords known_;     ///< As of the last tick.
  PlaneWords healthy_;   ///< As of the last tick.
  PlaneWords flapping_;  ///< As of the last tick.
};

}  // namespace flatline
