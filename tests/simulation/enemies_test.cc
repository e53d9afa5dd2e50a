// One enemy at a time, each with the one thing that he once could do. The oracle watches; what is
// checked besides is what people would see.

#include "tests/simulation/enemies.h"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <string>

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

void hold(World& world) {
  for (const std::string& complaint : world.oracle().complaints()) FAIL_CHECK(complaint);
}

std::uint64_t late(World& world) {
  return world.collector().view().head.outcomes[static_cast<std::size_t>(Outcome::kLate)];
}

SealedPtr sealed_at(const World& world, const Machine& machine, const Place& place,
                    Milliseconds uptime = 1h) {
  Snapshot snapshot = machine.snapshot();
  snapshot.sent_at = right_wall(world.now());
  snapshot.uptime = uptime;
  return machine.lie(world.now(), place, snapshot);
}

TEST_CASE("no number in a header ends the collector, whatever it knows of the host") {
  constexpr std::uint64_t kEdges[] = {0, 1, 1ULL << 63, ~0ULL - 1, ~0ULL};
  enum class State { kUnknown, kExpected, kHeard, kReset, kLeft, kSilent, kRestarted, kTombstoned };
  constexpr State kStates[] = {State::kUnknown,   State::kExpected,  State::kHeard,
                               State::kReset,     State::kLeft,      State::kSilent,
                               State::kRestarted, State::kTombstoned};
  World world({.capacity = 2048, .checkpoint_period = 0s});
  std::uint32_t number = 0;
  std::vector<SealedPtr> said;
  for (const State state : kStates) {
    for (const std::uint64_t epoch : kEdges) {
      for (const std::uint64_t sequence : kEdges) {
        const Machine host(world.host("host-" + std::to_string(number++)), world.now());
        world.oracle().meet(host.agent(), host.name().view(), number);
        if (state == State::kExpected) world.expect(host.agent(), host.name());
        if (state >= State::kHeard) world.arrive(sealed_at(world, host, {1, 1}));
        if (state == State::kReset) world.reset(host.agent());
        if (state == State::kLeft) {
          Machine leaves = host;
          leaves.leave();
          world.arrive(sealed_at(world, leaves, {1, 2}));
        }
        if (state == State::kSilent) world.pass(6s);
        if (state == State::kRestarted) world.stop_collector(0s);
        if (state == State::kRestarted) world.pass(10ms);
        if (state == State::kTombstoned) world.forget(host.agent());
        CAPTURE(static_cast<int>(state));
        CAPTURE(epoch);
        CAPTURE(sequence);
        said.push_back(sealed_at(world, host, {epoch, sequence}));
        world.arrive(said.back());
        world.arrive(said.back());
        world.pass(2s);
      }
    }
  }
  // Anybody who recorded it can play it again to the next start of the collector.
  world.kill_collector(1s);
  world.pass(2s);
  for (const SealedPtr& one : said) world.arrive(one);
  world.pass(2s);
  hold(world);
}

TEST_CASE("what a host says of its clocks may be anything, and no other host's verdict moves") {
  constexpr Milliseconds kMost{std::int64_t{1} << 53};
  World world({});
  const World::Speaker& calm = world.add(world.host("calm"));
  const Machine liar(world.host("liar"), world.now());
  world.oracle().meet(liar.agent(), liar.name().view(), 1000);
  std::uint64_t epoch = 1;
  for (const Milliseconds from : {Milliseconds{0}, kMost}) {
    for (const Milliseconds to : {Milliseconds{0}, Milliseconds{1}, kMost}) {
      for (const bool same_epoch : {true, false}) {
        world.arrive(sealed_at(world, liar, {++epoch, 1}));
        std::uint64_t sequence = 1;
        for (const Milliseconds clock : {from, to, from}) {
          Snapshot snapshot = liar.snapshot();
          snapshot.sent_at = WallTime{clock};
          snapshot.uptime = kMost - clock;
          epoch += same_epoch ? 0 : 1;
          world.arrive(liar.lie(world.now(), {epoch, ++sequence}, snapshot));
          world.pass(1s);
        }
      }
    }
  }
  CHECK(world.state_of(calm.machine.agent()) == HostState::kHealthy);
  hold(world);
}

// --- The middleman ------------------------------------------------------------------------------

TEST_CASE("a collector whose clock is slewed makes no host late") {
  for (const std::int64_t ppm : {-83'000, 83'000}) {
    CAPTURE(ppm);
    World world({});
    for (int i = 0; i < 5; ++i) world.add(world.host("host-" + std::to_string(i)));
    world.pass(10s);
    world.collector().monotonic.set_rate(world.now(), ppm);
    world.pass(30min);
    world.collector().monotonic.set_rate(world.now(), 0);
    world.pass(10s);
    CHECK(world.collector().view().head.counts.healthy == 5);
    CHECK(late(world) == 0);
    hold(world);
  }
}

TEST_CASE("a machine that stood still and whose clock was put right is back at once") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  for (const Duration pause : {8s, 60s, 3600s}) {
    world.pass(20s);
    ++host.away;
    host.machine.pause(world.now());
    world.pass(pause);
    host.machine.go_on(world.now(), true);
    --host.away;
    world.pass(3s);
    CHECK(world.state_of(host.machine.agent()) == HostState::kHealthy);
  }
  hold(world);
}

TEST_CASE("lag is what both clocks of a host say: a longer way and a pause do not add up") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  world.pass(20s);
  host.way = [&](const SealedPtr& sealed) {
    world.after(3200ms, [&world, sealed] { world.arrive(sealed); });
  };
  world.pass(20s);
  ++host.away;
  host.machine.pause(world.now());
  world.pass(8s);
  host.machine.go_on(world.now(), true);
  --host.away;
  world.pass(20s);
  CHECK(world.state_of(host.machine.agent()) == HostState::kHealthy);
  CHECK(late(world) == 0);
  hold(world);
}

TEST_CASE("what one clock of a host spoilt, its other clock mends") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  world.pass(20s);
  for (int round = 0; round < 2; ++round) {
    ++host.away;
    host.machine.pause(world.now());
    world.pass(60s);
    host.machine.go_on(world.now(), true);
    --host.away;
    world.pass(20s);
    host.machine.step_wall(world.now(), -60s);
    world.pass(20s);
    CHECK(world.state_of(host.machine.agent()) == HostState::kHealthy);
    host.machine.put_wall_right(world.now());
    world.pass(20s);
    CHECK(world.state_of(host.machine.agent()) == HostState::kHealthy);
    world.pass(2h);  // Of what the one may be above the other, half of it leaks away.
  }
  hold(world);
}

TEST_CASE("an agent that starts anew while its clock is set is heard at once") {
  for (const Duration step : std::initializer_list<Duration>{-200s, -20s, 20s, 200s, -24h, 24h}) {
    CAPTURE(step.count());
    World world({});
    World::Speaker& host = world.add(world.host("host"));
    world.pass(20s);
    host.machine.step_wall(world.now(), step);
    host.machine.restart_agent(world.now());
    world.pass(20s);
    hold(world);
  }
}

TEST_CASE("a recording over ten epochs, one of each let go in a window, keeps no dead host alive") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  const AgentId agent = host.machine.agent();
  world.pass(3s);
  std::deque<SealedPtr> held;
  host.way = [&](const SealedPtr& sealed) {
    if (sealed->place.sequence == 1) held.push_back(sealed);
  };
  for (int epoch = 0; epoch < 10; ++epoch) {
    host.machine.restart_agent(world.now());
    for (int i = 0; i < 2; ++i) world.pass(1s);
    // The first waits for a window, the second for two, and so on.
    if (epoch % 2 == 0) continue;
    world.arrive(held.front());
    held.pop_front();
  }
  host.alive = false;
  const WorldTime dead = world.now();
  WorldTime last_healthy = dead;
  while (!held.empty()) {
    world.arrive(held.front());
    held.pop_front();
    for (int i = 0; i < 4; ++i) {
      world.pass(1s);
      if (world.state_of(agent) == HostState::kHealthy) last_healthy = world.now();
    }
  }
  CHECK(last_healthy - dead <= 10s);
  hold(world);
}

// --- The forger ---------------------------------------------------------------------------------

/// Makes what has everything of a host's datagrams but epoch, sequence and seal.
class Forgery {
 public:
  Forgery(const World& world, const Machine& host)
      : bytes_(host.lie(world.now(), {1, 1}, host.snapshot())->bytes) {}

  const Datagram& next() {
    const std::array<std::uint64_t, 2> epoch_and_sequence = {random_.next(), random_.next()};
    std::memcpy(bytes_.data() + 16, epoch_and_sequence.data(), sizeof epoch_and_sequence);
    return bytes_;
  }

 private:
  Datagram bytes_;
  sim::Random random_{1};
};

TEST_CASE("a forger who knows id, address and port silences nobody, and no restart") {
  for (const int a_second : {6, 400, 5'000}) {
    CAPTURE(a_second);
    World world({});
    World::Speaker& host = world.add(world.host("host"));
    const AgentId agent = host.machine.agent();
    world.add(world.host("other"));
    world.pass(5s);
    Forgery forgery(world, host.machine);
    world.every(std::chrono::duration_cast<Duration>(1s) / a_second,
                [&] { world.arrive_forged(forgery.next(), host.machine.address()); });
    for (int i = 0; i < 20; ++i) {
      world.pass(1s);
      CHECK(world.collector().view().head.counts.healthy == 2);
    }
    host.machine.move_to({{1, 2, 3}, 4});
    host.machine.restart_agent(world.now());
    world.pass(3s);
    CHECK(world.collector().record(agent).epoch == host.machine.place().epoch);
    CHECK(world.state_of(agent) == HostState::kHealthy);
    hold(world);
  }
}

TEST_CASE("a flood for one host, and for one that is unknown, delays no other that starts anew") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  const World::Speaker& victim = world.add(world.host("victim"));
  const Machine stranger(world.host("stranger"), world.now());
  world.pass(5s);
  Forgery for_victim(world, victim.machine);
  Forgery for_stranger(world, stranger);
  world.every(1ms, [&] {
    for (int i = 0; i < 20; ++i) world.arrive_forged(for_victim.next(), host.machine.address());
    for (int i = 0; i < 20; ++i) world.arrive_forged(for_stranger.next(), host.machine.address());
  });
  world.pass(2s);
  for (int i = 0; i < 2; ++i) {
    host.machine.restart_agent(world.now());
    world.pass(1100ms);
    CHECK(world.collector().record(host.machine.agent()).epoch == host.machine.place().epoch);
  }
  CHECK(world.state_of(victim.machine.agent()) == HostState::kHealthy);
  hold(world);
}

// --- Departures ---------------------------------------------------------------------------------

TEST_CASE("who left is not registered again by a recording, however many left since") {
  World world({});
  std::vector<SealedPtr> recorded;
  for (int i = 0; i < 500; ++i) {
    World::Speaker& host = world.add(world.host("auto-" + std::to_string(i)));
    const auto arrives = host.way;
    host.way = [&, arrives](const SealedPtr& sealed) {
      recorded.push_back(sealed);
      arrives(sealed);
    };
    world.pass(1500ms);
    host.machine.leave();
    world.pass(1050ms);
    host.alive = false;
  }
  REQUIRE(recorded.size() >= 1000);
  // First contacts share a budget that refills with time, so they are played in small parts.
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    world.arrive(recorded[i]);
    if (i % 20 == 0) world.pass(1s);
  }
  world.pass(2s);
  CHECK(world.collector().view().head.counts.hosts == 0);
  hold(world);
}

}  // namespace
}  // namespace flatline::simulation
