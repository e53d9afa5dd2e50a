#pragma once

// What befalls honest machines and the collector, and what operators do: reboots, pauses, pictures,
// clocks that are set or slewed, clones, autoscaling, drains and resets. All of it from a seed,
// through the world's calendar. Pure.

#include <memory>
#include <vector>

#include "tests/simulation/world.h"

namespace flatline::simulation {

/// What can befall a machine. A mask of these says what befalls one.
enum class Fate : std::uint32_t {
  kTurns,     ///< Its check begins or ceases to fail.
  kRestarts,  ///< Its agent does.
  kReboots,
  kPauses,
  kIsPutBack,
  kIsSet,     ///< Its wall clock.
  kIsSlewed,  ///< Its wall clock.
  kForgets,   ///< Its state folder is lost, and its agent starts.
  kMoves,     ///< To another address.
  kLeaves,    ///< And comes back.
  kIsCloned,
  kDies,
};
inline constexpr std::uint32_t kFates = 12;
constexpr std::uint32_t fate_bit(Fate fate) {
  return 1U << static_cast<unsigned>(fate);
}

class Fates {
 public:
  Fates(World& world, std::uint64_t seed) : world_(world), random_(seed, 5) {}

  /// From now on, fates of `mask` befall the machine.
  void befall(World::Speaker& speaker, std::uint32_t mask);
  /// Hosts come, speak a few times, and leave. Each goes to `meet` before it speaks.
  void autoscale(const std::function<void(World::Speaker&)>& meet);
  /// From now on, the collector is paused and killed, and its clocks are set and slewed.
  void befall_collector();
  /// An operator acts on one of the hosts.
  void operate(std::vector<World::Speaker*> hosts);

 private:
  void befall_once(World::Speaker& speaker, Fate fate);
  void pause(World::Speaker& speaker);
  void put_back(World::Speaker& speaker);
  void slew(World::Speaker& speaker);
  void leave(World::Speaker& speaker);
  void clone(World::Speaker& speaker);
  void stay_away(World::Speaker& speaker, Duration duration, std::function<void()> then);
  [[nodiscard]] Duration some_step();
  [[nodiscard]] Duration some_time(Duration least, Duration most);

  World& world_;
  sim::Random random_;
  std::uint32_t autoscaled_ = 0;
};

}  // namespace flatline::simulation
