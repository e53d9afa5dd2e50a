#pragma once

// The time of the simulated world, and the clocks of the machines in it, which go by it more or
// less: each has a rate of its own, can be set, and can stand still. Pure.

#include <chrono>

#include "schema/time.h"

namespace flatline::simulation {

/// True time. No machine of the world can read it; the oracle goes by it.
struct WorldClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WorldClock, duration>;
  static constexpr bool is_steady = true;
};
using WorldTime = WorldClock::time_point;

/// What all wall clocks show when the world begins, if they are right.
inline constexpr WallTime kWallAtStart{Milliseconds{1'700'000'000'000}};

/// The wall clock that is right.
constexpr WallTime right_wall(WorldTime now) {
  return kWallAtStart + std::chrono::floor<Milliseconds>(now.time_since_epoch());
}

/// A clock that shows `shows` when the world begins and is `ppm` parts in a million too fast.
class MachineClock {
 public:
  explicit MachineClock(Duration shows = Duration{0}, std::int64_t ppm = 0)
      : shows_(shows), ppm_(ppm) {}

  [[nodiscard]] Duration read(WorldTime now) const {
    if (stands_) return shows_;
    const Duration passed = now - since_;
    return shows_ + passed + passed / kMillion * ppm_ + passed % kMillion * ppm_ / kMillion;
  }

  void set(WorldTime now, Duration shows) {
    shows_ = shows;
    since_ = now;
  }
  void set_rate(WorldTime now, std::int64_t ppm) {
    set(now, read(now));
    ppm_ = ppm;
  }
  void stop(WorldTime now) {
    set(now, read(now));
    stands_ = true;
  }
  void go_on(WorldTime now) {
    since_ = now;
    stands_ = false;
  }

 private:
  static constexpr std::int64_t kMillion = 1'000'000;

  WorldTime since_{};
  Duration shows_;
  std::int64_t ppm_;
  bool stands_ = false;
};

}  // namespace flatline::simulation
