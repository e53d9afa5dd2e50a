// Two machines with one credential, and machines that were put back to an earlier picture: neither
// is merely silent while it speaks. The oracle watches; what is checked besides is what people see.

#include <doctest/doctest.h>

#include <deque>
#include <span>
#include <string>

#include "tests/simulation/world.h"

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

void hold(World& world) {
  for (const std::string& complaint : world.oracle().complaints()) FAIL_CHECK(complaint);
}

TEST_CASE("while a clone speaks there is a conflict, whichever of the two starts anew") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  world.pass(10s);
  Machine copy = host.machine;
  copy.be_a_clone(world.now(), world.next_number(), {});
  World::Speaker& clone = world.add(std::move(copy));
  const AgentId agent = host.machine.agent();
  world.pass(6s);
  CHECK(world.collector().in(Plane::kConflict, agent));
  for (int round = 0; round < 6; ++round) {
    CAPTURE(round);
    (round % 3 == 0 ? host : clone).machine.restart_agent(world.now());
    world.pass(6s);
    for (int i = 0; i < 10; ++i) {
      world.pass(1s);
      CHECK(world.collector().in(Plane::kConflict, agent));
    }
  }
  clone.alive = false;
  host.machine.restart_agent(world.now());
  world.pass(12s);
  CHECK_FALSE(world.collector().in(Plane::kConflict, agent));
  hold(world);
}

bool is_named(World& world, std::string_view name) {
  const View& view = world.collector().view();
  for (const Notice& notice : std::span(view.head.notices.data(), view.head.notice_count)) {
    if (notice.host.view() == name) return true;
  }
  return false;
}

/// The host is silent, and told as in conflict and by name, until an operator resets it.
void expect_told_until_reset(World& world, AgentId agent) {
  CHECK(world.state_of(agent) == HostState::kSilent);
  CHECK(world.collector().in(Plane::kConflict, agent));
  CHECK(is_named(world, "host"));
  world.reset(agent);
  world.pass(3s);
  CHECK(world.state_of(agent) == HostState::kHealthy);
}

TEST_CASE("the host that a dead clone superseded is told while it speaks, and a reset mends it") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  const AgentId agent = host.machine.agent();
  world.pass(10s);
  Machine copy = host.machine;
  copy.be_a_clone(world.now(), world.next_number(), {});
  World::Speaker& clone = world.add(std::move(copy));
  world.pass(6s);
  clone.alive = false;
  world.pass(20s);
  expect_told_until_reset(world, agent);
  hold(world);
}

TEST_CASE("a restart of the collector does not hide who speaks and is silent") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  world.pass(10s);
  const Machine picture = host.machine.picture(world.now());
  world.pass(60s);
  host.machine.put_back(world.now(), picture, false);
  world.pass(3s);
  world.stop_collector(1s);
  world.pass(15s);
  CHECK(world.state_of(host.machine.agent()) == HostState::kSilent);
  CHECK(is_named(world, "host"));
  hold(world);
}

TEST_CASE("an expected host is told, too, while it speaks with an epoch that another superseded") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  const AgentId agent = host.machine.agent();
  world.pass(10s);
  Machine copy = host.machine;
  copy.be_a_clone(world.now(), world.next_number(), {});
  World::Speaker& clone = world.add(std::move(copy));
  world.pass(6s);
  clone.machine.leave();
  world.pass(3s);
  clone.alive = false;
  world.pass(3s);
  REQUIRE_FALSE(world.state_of(agent).has_value());
  world.expect(agent, host.machine.name());
  world.pass(6s);
  CHECK(world.state_of(agent) == HostState::kExpected);
  CHECK(world.collector().in(Plane::kConflict, agent));
  CHECK(is_named(world, "host"));
  host.machine.restart_agent(world.now());
  world.pass(3s);
  CHECK(world.state_of(agent) == HostState::kHealthy);
  hold(world);
}

TEST_CASE("a recording of another epoch does not hide that a clone speaks") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  const auto arrives = host.way;
  std::deque<SealedPtr> held;
  host.way = [&](const SealedPtr& sealed) {
    if (sealed->place.sequence > 3) held.push_back(sealed);
    if (sealed->place.sequence <= 3) arrives(sealed);
  };
  world.pass(40s);
  host.way = arrives;
  Machine copy = host.machine;
  copy.be_a_clone(world.now(), world.next_number(), {});
  world.add(std::move(copy));
  world.pass(6s);
  host.machine.restart_agent(world.now());
  world.pass(6s);
  host.machine.restart_agent(world.now());
  world.every(700ms, [&] {
    if (held.empty()) return;
    world.arrive(held.front());
    held.pop_front();
  });
  world.pass(6s);
  for (int i = 0; i < 15; ++i) {
    world.pass(1s);
    CHECK(world.collector().in(Plane::kConflict, host.machine.agent()));
  }
  hold(world);
}

TEST_CASE("a machine that was put back is told while it repeats itself, and then counts again") {
  for (const bool put_right : {true, false}) {
    CAPTURE(put_right);
    World world({});
    World::Speaker& host = world.add(world.host("host"));
    world.pass(10s);
    const Machine picture = host.machine.picture(world.now());
    world.pass(60s);
    host.machine.put_back(world.now(), picture, put_right);
    world.pass(15s);
    const bool is_healthy = world.state_of(host.machine.agent()) == HostState::kHealthy;
    CHECK(is_healthy == put_right);
    CHECK(is_named(world, "host") == !put_right);
    world.pass(60s);
    hold(world);
  }
}

TEST_CASE("a host whose clock once was a year ahead is told when it starts over, until a reset") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  const AgentId agent = host.machine.agent();
  world.pass(5s);
  host.machine.step_wall(world.now(), 24h * 365);
  for (int epoch = 0; epoch < 4; ++epoch) {
    host.machine.restart_agent(world.now());
    world.pass(5s);
  }
  CHECK(world.state_of(agent) == HostState::kHealthy);
  host.machine.put_wall_right(world.now());
  host.machine.lose_state_folder();
  host.machine.restart_agent(world.now());
  world.pass(15s);
  expect_told_until_reset(world, agent);
  hold(world);
}

TEST_CASE("a machine that was put back over its agent's start is told, too") {
  World world({});
  World::Speaker& host = world.add(world.host("host"));
  world.pass(10s);
  const Machine picture = host.machine.picture(world.now());
  world.pass(30s);
  host.machine.restart_agent(world.now());
  world.pass(30s);
  host.machine.put_back(world.now(), picture, false);
  world.pass(15s);
  CHECK(is_named(world, "host"));
  world.pass(60s);
  hold(world);
}

}  // namespace
}  // namespace flatline::simulation
