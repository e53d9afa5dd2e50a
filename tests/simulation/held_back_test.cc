// A middleman holds back what a host of a minute's life said, and lets go of it in some pattern.
// How long is the host healthy after its death? At most two windows and a tick (CONTRACT.md,
// "Late"). With FLATLINE_TABLE set in the environment, the test prints what it measured.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>
#include <deque>

#include "tests/simulation/world.h"

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration kWindow = 4500ms;
constexpr Duration kLife = 60s;

struct Pattern {
  const char* name;
  Duration pace;                ///< How often something is let go.
  std::uint32_t burst;          ///< How many then.
  Duration starts{0};           ///< When he begins to let go.
  Duration epoch = 24h;         ///< How often the agent starts anew.
  Duration reboots = 24h;       ///< When the machine does.
  bool first_of_epoch = false;  ///< He lets go only of the first of each epoch.
  Duration held_from{1s};
  Duration life = kLife;
  std::int64_t slew_ppm = 0;  ///< Of the collector's clock.
  /// What the promise leaves open: a first contact's delay, and what another clock than the host's
  /// did. It comes on top of the two windows and the tick.
  Duration besides{0};
};

/// How long the host is healthy after its death.
class Trial {
 public:
  explicit Trial(const Pattern& pattern)
      : pattern_(pattern), world_({}), host_(world_.add(world_.host("host"))) {
    world_.collector().monotonic.set_rate(world_.now(), pattern.slew_ppm);
    world_.after(pattern.held_from, [this] {
      host_.way = [this](const SealedPtr& sealed) {
        if (pattern_.first_of_epoch && sealed->place.sequence != 1) return;
        held_.push_back(sealed);
      };
    });
    world_.every(pattern.epoch, [this] { host_.machine.restart_agent(world_.now()); });
    world_.after(pattern.reboots, [this] { host_.machine.reboot(world_.now()); });
    world_.after(std::max(pattern.starts, pattern.held_from), [this] { let_go(); });
    world_.after(pattern.life, [this] { host_.alive = false; });
  }

  Duration run() {
    const WorldTime dead = world_.now() + pattern_.life;
    WorldTime last_healthy = dead;
    for (Duration time = 0s; time < pattern_.life + 15min; time += 1s) {
      world_.pass(1s);
      if (world_.state_of(host_.machine.agent()) == HostState::kHealthy && world_.now() > dead) {
        last_healthy = world_.now();
      }
    }
    for (const std::string& complaint : world_.oracle().complaints()) FAIL_CHECK(complaint);
    return last_healthy - dead;
  }

 private:
  void let_go() {
    for (std::uint32_t i = 0; i < pattern_.burst && !held_.empty(); ++i) {
      world_.arrive(held_.front());
      held_.pop_front();
    }
    world_.after(pattern_.pace, [this] { let_go(); });
  }

  Pattern pattern_;
  World world_;
  World::Speaker& host_;
  std::deque<SealedPtr> held_;
};

constexpr Pattern kPatterns[] = {
    {.name = "one a window", .pace = 4400ms, .burst = 1},
    {.name = "two a window, together", .pace = 4400ms, .burst = 2},
    {.name = "two a window, evenly", .pace = 2200ms, .burst = 1},
    {.name = "three a window, together", .pace = 4400ms, .burst = 3},
    {.name = "four a window, together", .pace = 4400ms, .burst = 4},
    {.name = "eight in two windows, together", .pace = 8900ms, .burst = 8},
    {.name = "a window late, at its own pace", .pace = 1s, .burst = 1, .starts = 4800ms},
    {.name = "at its pace less 5 %", .pace = 1050ms, .burst = 1},
    {.name = "after its death, two a window", .pace = 4400ms, .burst = 2, .starts = kLife},
    {.name = "after its death, at its own pace", .pace = 1s, .burst = 1, .starts = kLife},
    {.name = "after its death, eight in two windows", .pace = 8900ms, .burst = 8, .starts = kLife},
    {.name = "one of each of twenty epochs, one a window",
     .pace = 4400ms,
     .burst = 1,
     .epoch = 3s,
     .first_of_epoch = true},
    {.name = "over ten epochs, two a window", .pace = 4400ms, .burst = 2, .epoch = 6s},
    {.name = "over a reboot, one a window", .pace = 4400ms, .burst = 1, .reboots = 30s},
    {.name = "over a reboot, two a window", .pace = 4400ms, .burst = 2, .reboots = 30s},
    {.name = "over a reboot, after its death, at its own pace",
     .pace = 1s,
     .burst = 1,
     .starts = kLife,
     .reboots = 30s},
    {.name = "from the first on, at its own pace",
     .pace = 1s,
     .burst = 1,
     .starts = 290s,
     .held_from = 0s,
     .besides = 290s},
    {.name = "over a reboot, for six minutes, at its own pace",
     .pace = 1s,
     .burst = 1,
     .starts = 360s,
     .reboots = 10s,
     .held_from = 5s,
     .besides = 360s},
    {.name = "an hour, at its pace less 8 %, collector slewed by that",
     .pace = 1090ms,
     .burst = 1,
     .life = 1h,
     .slew_ppm = -83'000,
     .besides = 330s},
};

TEST_CASE("a held-back recording keeps a dead host healthy for two windows and a tick, no longer") {
  for (const Pattern& pattern : kPatterns) {
    CAPTURE(std::string(pattern.name));
    const Duration healthy = Trial(pattern).run();
    const Duration allowed =
        2 * kWindow + kDefaultTick + (pattern.life + 2 * kWindow) / 2000 + pattern.besides;
    CHECK(healthy <= allowed);
    if (std::getenv("FLATLINE_TABLE") == nullptr) continue;
    fmt::print("{:56} {:6.1f} s of {:5.1f} s\n", pattern.name,
               std::chrono::duration<double>(healthy).count(),
               std::chrono::duration<double>(allowed).count());
  }
}

}  // namespace
}  // namespace flatline::simulation
