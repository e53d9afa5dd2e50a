#pragma once

// Which hosts change their verdict too often: of every slot the last 64 ticks' bits are remembered,
// and the plane `flapping` is set by the changes among them. It stands beside a state and hides
// none. Pure; works on whole words of the planes, so that a tick costs the same whoever flaps.

#include <array>
#include <cstdint>

#include "collector/view.h"

namespace flatline {

class Flapping {
 public:
  explicit Flapping(std::uint32_t capacity);

  /// Reads the planes `known` and `healthy` of a tick's view and writes its plane `flapping`. Only
  /// changes between two ticks at which a host was known count.
  void tick(View& view);

  /// The slot has another host, or none: nothing that was counts any more.
  void forget(std::uint32_t slot);

 private:
  static constexpr std::size_t kChanges = kFlappingVerdicts - 1;
  static constexpr std::size_t kCounterBits = 6;
  static_assert(kChanges < (1U << kCounterBits));

  /// 64 counters, bit i of each in word i: counted in a handful of operations for all of them.
  using Counters = std::array<std::uint64_t, kCounterBits>;

  static void add(Counters& counters, std::uint64_t which);
  static void subtract(Counters& counters, std::uint64_t which);
  static std::uint64_t at_least(const Counters& counters, std::uint32_t bound);

  std::array<PlaneWords, kChanges> changes_;  ///< A ring of planes, one a tick.
  std::vector<Counters> counts_;
  PlaneWords known_;
  PlaneWords healthy_;
  PlaneWords flapping_;
  std::size_t oldest_ = 0;  ///< Place in the ring of this tick's and the oldest changes.
};

}  // namespace flatline
