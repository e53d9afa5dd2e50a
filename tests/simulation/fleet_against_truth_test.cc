// Runs the simulated fleet against the collector's fleet without sockets or clocks. The test sets
// the time, a table of fates stands for the network, and every bit of every tick is compared with
// the truth.

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "collector/fleet/fleet.h"
#include "schema/program/cryptography.h"
#include "tools/sim/cycle.h"
#include "tools/sim/fate.h"
#include "tools/sim/held_back.h"
#include "tools/sim/host_labels.h"
#include "tools/sim/scenario.h"
#include "tools/sim/simulated_fleet.h"

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1000s};
constexpr WallTime kWall{Milliseconds{1'700'000'000'000}};
// By the defaults, silence shows after (4 + ½) × 1 s and a tick, and all else after an interval and
// a tick.
constexpr Duration kWindow = 4500ms;
constexpr Duration kSilenceShows = kWindow + 1s;
constexpr Duration kChangeShows = 2s;

FleetOptions fleet_options(std::uint32_t hosts) {
  initialize_cryptography();
  FleetOptions options;
  // The key is fixed, so that phases and fates are the same in every run.
  options.key.key.fill(7);
  options.key.key_id = 1;
  options.hosts = hosts;
  return options;
}

class World {
 public:
  World(std::string_view scenario, FleetOptions options, FateOptions fates = {})
      : options_(std::move(options)),
        labels_({}, options_.hosts, options_.seed),
        script_(parse_scenario(scenario), options_.hosts, options_.seed),
        senders_(options_, script_, labels_),
        fates_(fates),
        cycle_(senders_.phases(), options_.interval, kStart, kStart),
        host_table_(kCapacity, kDefaultMessagesPerHost),
        fleet_(collector_options(options_.key), host_table_, kStart),
        heard_(options_.hosts) {
    for (std::uint32_t host = 0; host < options_.hosts; ++host) {
      agents_.push_back(agent_id_of(options_.key.fleet, simulated_name(options_, host)));
    }
  }

  /// Goes on to the next tick. Before it, everything that is due is sent and arrives, in the order
  /// of time.
  const View& tick() {
    next_tick_ += kDefaultTick;
    while (true) {
      const Instant now = std::min(cycle_.next().deadline, held_.next());
      live(std::min(now, next_tick_));
      if (now >= next_tick_) break;
      if (held_.next() <= now) {
        const HeldBack::Released released = held_.release();
        arrive(released.datagram, released.way.is_clone, now);
      } else {
        speak(now);
      }
    }
    view_ = &fleet_.tick(arrival(next_tick_), {});
    return *view_;
  }

  [[nodiscard]] Duration time() const { return next_tick_ - kStart; }
  [[nodiscard]] const View& view() const { return *view_; }
  [[nodiscard]] const FleetOptions& options() const { return options_; }
  /// How long ago the host sent its last datagram.
  [[nodiscard]] Duration silence(std::uint32_t host) const { return next_tick_ - heard_[host]; }

  [[nodiscard]] bool in(Plane plane, std::uint32_t host) const {
    const auto slot = host_table_.find(agents_[host]);
    return slot && (view_->plane(plane)[*slot / 64] >> (*slot % 64) & 1) != 0;
  }

  /// What the host was told to be `ago` before the last tick.
  [[nodiscard]] std::string_view truth(std::uint32_t host, Duration ago = 0s) const {
    std::size_t phase = 0;
    while (phase + 1 < script_.phase_count() && script_.start_of(phase + 1) <= time() - ago) {
      ++phase;
    }
    return truth_state(script_.verb_of(host, phase));
  }

  /// Whether it was told to be the same all that time.
  [[nodiscard]] bool was_the_same(std::uint32_t host, Duration for_long) const {
    for (Duration ago = 0s; ago <= for_long; ago += 500ms) {
      if (truth(host, ago) != truth(host)) return false;
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kCapacity = 2048;

  /// Makes the beats until then, so that no silence of the fleet looks like a pause.
  void live(Instant until) {
    while (seen_ + fleet_.beat_period() <= until) fleet_.beat(seen_ += fleet_.beat_period());
  }

  static flatline::FleetOptions collector_options(const FleetKey& key) {
    flatline::FleetOptions options;
    options.capacity = kCapacity;
    options.keys = {key};
    return options;
  }

  static Moment arrival(Instant now) {
    return {now, kWall + std::chrono::floor<Milliseconds>(now - kStart)};
  }

  void speak(Instant now) {
    while (phase_ + 1 < script_.phase_count() && script_.start_of(phase_ + 1) <= now - kStart) {
      ++phase_;
    }
    Datagram datagram;
    const auto spoken = senders_.speak(cycle_.next(), phase_, arrival(now), datagram);
    cycle_.advance();
    if (!spoken) return;
    if (!spoken->is_clone) heard_[spoken->sender] = now;  // Right only if nothing is lost.
    const Fate fate = fate_of(fates_, {spoken->sender, 0, spoken->sequence});
    for (unsigned copy = 0; copy < fate.copies; ++copy) {
      if (fate.held[copy] == 0ns) {
        arrive(datagram, spoken->is_clone, now);
      } else {
        REQUIRE(held_.hold(now + fate.held[copy], {0, spoken->is_clone}, datagram));
      }
    }
  }

  void arrive(const Datagram& datagram, bool is_clone, Instant now) {
    Address source;
    source.ip[15] = is_clone ? 2 : 1;
    (void)fleet_.accept(datagram, source, arrival(now));
  }

  FleetOptions options_;
  HostLabels labels_;
  Script script_;
  SimulatedFleet senders_;
  FateOptions fates_;
  Cycle cycle_;
  HeldBack held_{20'000};
  HostTable host_table_;
  Fleet fleet_;
  std::vector<AgentId> agents_;
  std::vector<Instant> heard_;
  const View* view_ = nullptr;
  std::size_t phase_ = 0;
  Instant seen_ = kStart;
  Instant next_tick_ = kStart;
};

/// Compares every host's bits with what it was told to be, if that was long enough ago to show.
void check_settled(const World& world) {
  std::size_t wrong = 0;
  for (std::uint32_t host = 0; host < world.options().hosts; ++host) {
    const std::string_view truth = world.truth(host);
    const bool is_quiet = truth == "silent" || truth == "left";
    if (!world.was_the_same(host, is_quiet ? kSilenceShows : kChangeShows)) continue;
    wrong += world.in(Plane::kReporting, host) == is_quiet ? 1 : 0;
    wrong += world.in(Plane::kHealthy, host) != (truth == "healthy") ? 1 : 0;
    wrong += world.in(Plane::kRegistered, host) == (truth == "left") ? 1 : 0;
  }
  CAPTURE(world.time().count());
  CHECK(wrong == 0);
}

TEST_CASE("every bit is the truth after the promised time, through all that can happen") {
  World world(
      "0s healthy; 10s fail 50%; 20s silent 30%, warn 10%; 30s restart 100%; 33s fail 100%; "
      "40s silent 100%; 50s healthy; 60s leave 20%, fail 1%; 75s healthy",
      fleet_options(1000));
  const auto outcome = [&](Outcome one) {
    return world.view().head.outcomes[static_cast<std::size_t>(one)];
  };
  // Within four seconds each host has sent its first snapshot, and the fleet is registered.
  while (world.time() < 4s) world.tick();
  const std::uint64_t over_budget = outcome(Outcome::kOverBudget);
  while (world.time() < 85s) {
    world.tick();
    check_settled(world);
  }
  CHECK(outcome(Outcome::kOverBudget) == over_budget);
  const Counts& counts = world.view().head.counts;
  CHECK(counts.hosts == 1000);
  CHECK(counts.healthy == 1000);
  CHECK(counts.conflict == 0);
  for (const Outcome one : {Outcome::kStale, Outcome::kBadTag, Outcome::kMalformed, Outcome::kLate,
                            Outcome::kNameMismatch}) {
    CAPTURE(outcome_name(one));
    CHECK(outcome(one) == 0);
  }
}

TEST_CASE("silence is said at the first tick after its window, and never before") {
  World world("0s healthy; 10s silent 100%; 20s healthy; 25s silent 50%", fleet_options(500));
  while (world.time() < 4s) world.tick();
  std::size_t wrong = 0;
  while (world.time() < 40s) {
    world.tick();
    for (std::uint32_t host = 0; host < 500; ++host) {
      wrong += world.in(Plane::kReporting, host) == (world.silence(host) >= kWindow) ? 1 : 0;
    }
    if (world.time() == 19s) CHECK(world.view().head.counts.silent == 500);
  }
  CHECK(wrong == 0);
  CHECK(world.view().head.counts.silent == 250);
}

TEST_CASE("loss, duplicates and delay move no state backwards") {
  // No host changes, so only lost datagrams make a host silent.
  const FateOptions fates{.loss = 0.05, .duplicate = 0.3, .reorder = 0.2, .delay = 2s, .seed = 3};
  World world("0s fail 50%", fleet_options(1000), fates);
  while (world.time() < 60s) {
    world.tick();
    if (world.time() < 8s) continue;
    const Counts& counts = world.view().head.counts;
    // A few hosts are silent by chance: five datagrams in a row were lost or held back too long.
    CHECK(counts.silent <= 3);
    for (std::uint32_t host = 0; host < 1000; ++host) {
      if (world.in(Plane::kReporting, host)) {
        CHECK(world.in(Plane::kHealthy, host) == (world.truth(host) == "healthy"));
      }
    }
  }
  CHECK(world.view().head.outcomes[static_cast<std::size_t>(Outcome::kStale)] > 10'000);
  CHECK(world.view().head.counts.conflict == 0);
}

TEST_CASE("clones are a conflict, and no other host's") {
  FleetOptions options = fleet_options(100);
  options.clones = 7;
  World world("0s healthy", options);
  while (world.time() < 20s) world.tick();
  for (std::uint32_t host = 0; host < 100; ++host) {
    CAPTURE(host);
    CHECK(world.in(Plane::kConflict, host) == (host < 7));
    CHECK(world.in(Plane::kHealthy, host));
  }
}

}  // namespace
}  // namespace flatline::sim
