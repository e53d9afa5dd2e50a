// The collector's fleet among enemies: whatever they do, it says nothing that the oracle does not
// allow. Every world follows from its seed; tests/README.md says how to play one again.

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <string>

#include "tests/simulation/enemies.h"
#include "tests/simulation/fates.h"

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

std::string text_of(const char* variable) {
  const char* const value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const std::string value = text_of(variable);
  return value.empty() ? otherwise : std::stoull(value);
}

/// A world in which nearly everything happens that the contract speaks of.
class Battle {
 public:
  explicit Battle(std::uint64_t seed)
      : random_(seed),
        world_(options_of(seed)),
        middleman_(world_, seed),
        forger_(world_, seed),
        liar_(world_, seed),
        fates_(world_, seed) {
    // Nothing but the crystals distinguishes some hosts: who speaks in time is heard in time.
    for (int i = 0; i < 3; ++i) forge_for(add("calm"));
    for (int i = 0; i < 6; ++i) {
      World::Speaker& one = add("moved");
      fates_.befall(one, static_cast<std::uint32_t>(random_.next()));
      forge_for(one);
    }
    std::vector<World::Speaker*> prey;
    for (int i = 0; i < 6; ++i) {
      World::Speaker& one = add("prey");
      fates_.befall(one, static_cast<std::uint32_t>(random_.next()));
      middleman_.stand_on_the_way_of(one);
      prey.push_back(&one);
    }
    if (random_.below(2) == 0) fates_.operate(prey);
    if (random_.below(2) == 0) fates_.befall_collector();
    if (random_.below(2) == 0) {
      fates_.autoscale([this](World::Speaker& one) { middleman_.stand_on_the_way_of(one); });
    }
    if (random_.below(2) == 0) forger_.begin();
    if (random_.below(2) == 0) liar_.begin(Machine(world_.host("liar"), world_.now()));
  }

  void fight(Duration duration) { world_.pass(duration); }
  [[nodiscard]] const std::vector<std::string>& complaints() {
    return world_.oracle().complaints();
  }

 private:
  static WorldOptions options_of(std::uint64_t seed) {
    constexpr std::array<Duration, 4> kTicks = {1s, 1s, 500ms, 3s};
    constexpr std::array kStaleAfter = {4U, 4U, 1U, 10U};
    WorldOptions options{.seed = seed, .trace = text_of("FLATLINE_TRACE")};
    sim::Random random(seed, 6);
    options.tick = kTicks[random.below(kTicks.size())];
    options.stale_after = kStaleAfter[random.below(kStaleAfter.size())];
    return options;
  }

  World::Speaker& add(std::string_view kind) {
    constexpr std::array<Milliseconds, 5> kIntervals = {1s, 1s, 1s, 2s, 7s};
    MachineOptions options =
        world_.host(std::string(kind) + "-" + std::to_string(world_.next_number()));
    options.interval = kIntervals[random_.below(kIntervals.size())];
    options.crystal_ppm = static_cast<std::int64_t>(random_.below(201)) - 100;
    return world_.add(options);
  }

  void forge_for(const World::Speaker& speaker) {
    forger_.aim_at(speaker.machine.agent(), speaker.machine.address());
  }

  sim::Random random_;
  World world_;
  Middleman middleman_;
  Forger forger_;
  Liar liar_;
  Fates fates_;
};

TEST_CASE("whatever enemies do, a collector says nothing that its contract does not allow") {
  const std::uint64_t first = number_of("FLATLINE_SEED", 1);
  const std::uint64_t count =
      number_of("FLATLINE_SEEDS", text_of("FLATLINE_SEED").empty() ? 20 : 1);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    CAPTURE(seed);
    Battle battle(seed);
    battle.fight(400s);
    for (const std::string& complaint : battle.complaints()) FAIL_CHECK(complaint);
  }
}

}  // namespace
}  // namespace flatline::simulation
