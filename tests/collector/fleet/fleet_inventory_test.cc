// Hosts of the inventory are expected and then missing or heard; also tests what must not follow.

#include <doctest/doctest.h>

#include "collector/fleet/action_executor.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// A fleet with its action executor, and the action `expect` by host.
struct Stocked : FleetDriver {
  using FleetDriver::FleetDriver;
  ActionExecutor executor{fleet, host_table.actions()};
  unsigned asked = 0;

  ActionReply perform(ActionKind kind, const Host& host) {
    ActionRequest request{kind, 0, host.credential.agent_id, host.snapshot.name};
    if (has_end(kind)) request.length = 1h;
    request.key = IdempotencyKey{"key-" + std::to_string(++asked)};
    live();
    return executor.perform(request, arrival().wall);
  }
  ActionReply expect(const Host& host) { return perform(ActionKind::kExpect, host); }
};

RestoredHost expected_tenancy(const Host& host, Milliseconds grace_left) {
  RestoredHost tenancy{4, host.credential.agent_id, host.snapshot.name, kWallAtZero};
  tenancy.awaited = true;
  tenancy.grace_left = grace_left;
  return tenancy;
}

bool is_down(const Stocked& fleet, const Host& host) {
  return fleet.in(Plane::kKnown, host) && !fleet.in(Plane::kHealthy, host) &&
         !fleet.in(Plane::kDrained, host);
}

}  // namespace

TEST_CASE("an expected host is missing, and down, from the end of its grace on, not before") {
  struct Row {
    Milliseconds later;
    HostState state;
  };
  for (const Row& row : {Row{0ms, HostState::kExpected},
                         {kExpectedGrace - 1ms, HostState::kExpected},
                         {kExpectedGrace, HostState::kMissing},
                         {kExpectedGrace + 1ms, HostState::kMissing},
                         {24h, HostState::kMissing}}) {
    CAPTURE(row.later.count());
    Stocked fleet;
    Host host("web-1");
    REQUIRE(fleet.expect(host).result == ActionResult::kDone);
    fleet.pass(row.later);
    fleet.tick();
    const bool missing = row.state == HostState::kMissing;
    CHECK(fleet.state_of(host) == row.state);
    CHECK(fleet.in(Plane::kAwaited, host));
    CHECK(is_down(fleet, host) == missing);
    const Counts& counts = fleet.view.head.counts;
    CHECK(counts.hosts == 1);
    CHECK(counts.expected == (missing ? 0 : 1));
    CHECK(counts.missing == (missing ? 1 : 0));
    CHECK(counts.unknown + counts.silent == 0);
  }
}

TEST_CASE("when it speaks it is a host like any other, within its grace and after") {
  for (const Milliseconds spoke_after : {Milliseconds{0}, Milliseconds{kExpectedGrace + 1s}}) {
    CAPTURE(spoke_after.count());
    Stocked fleet;
    Host host("web-1");
    const std::uint32_t slot = fleet.expect(host).action.place;
    fleet.pass(spoke_after);
    REQUIRE(fleet.hear(host) == Outcome::kAccepted);
    fleet.tick();
    CHECK(fleet.state_of(host) == HostState::kHealthy);
    CHECK(fleet.slot_of(host) == slot);
    CHECK_FALSE(fleet.in(Plane::kAwaited, host));
    CHECK_FALSE(fleet.record_of(host).awaited);
    // Only its window counts now, not the rest of its grace; after it the host is silent, not
    // missing.
    fleet.pass(4400ms);
    CHECK(fleet.state_of(host) == HostState::kHealthy);
    fleet.pass(1100ms);
    CHECK(fleet.state_of(host) == HostState::kSilent);
  }
}

TEST_CASE("what speaks in its name must be itself, and its clock is held against ours") {
  Stocked fleet;
  Host host("web-1");
  Host skewed("web-1");
  skewed.wall_ahead = 1h;
  REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  CHECK(fleet.hear(skewed) == Outcome::kSkewed);
  Datagram forged = host.say(fleet.now);
  forged[kDatagramBytes - 1] ^= std::byte{1};
  CHECK(fleet.hear(forged) == Outcome::kBadTag);
  fleet.tick();
  CHECK(fleet.state_of(host) == HostState::kExpected);
}

TEST_CASE("expecting again changes nothing, not even the grace; nor does it touch who was heard") {
  Stocked fleet;
  Host host("web-1");
  Host heard("web-2");
  REQUIRE(fleet.hear(heard) == Outcome::kAccepted);
  REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  fleet.pass(kExpectedGrace - 1s);
  CHECK(fleet.expect(host).result == ActionResult::kUnchanged);
  CHECK(fleet.expect(heard).result == ActionResult::kUnchanged);
  fleet.pass(1s);
  CHECK(fleet.state_of(host) == HostState::kMissing);
  CHECK(fleet.state_of(heard) == HostState::kSilent);
  CHECK(fleet.expect(host).result == ActionResult::kUnchanged);
}

TEST_CASE("a pause of the collector makes nobody missing") {
  Stocked fleet;
  Host host("web-1");
  REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  fleet.stand_still(2 * kExpectedGrace);
  fleet.tick();
  CHECK(fleet.state_of(host) == HostState::kExpected);
}

TEST_CASE("forget takes an expectation back and bars nobody; of a tombstone expect lifts it") {
  Stocked fleet;
  Host host("web-1");
  REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kNoHost);
  fleet.tick();
  CHECK(fleet.view.head.tombstones == 0);
  CHECK(fleet.view.head.counts.hosts == 0);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);

  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
  CHECK(fleet.hear(host) == Outcome::kTombstoned);
  CHECK(fleet.expect(host).result == ActionResult::kDone);
  fleet.tick();
  CHECK(fleet.view.head.tombstones == 0);
  CHECK(fleet.state_of(host) == HostState::kExpected);
  // Snapshots that were heard before it was forgotten are still stale.
  host.sequence = 0;
  CHECK(fleet.hear(host) == Outcome::kStale);
  CHECK(fleet.hear(host) == Outcome::kAccepted);
}

TEST_CASE("unexpect takes back who was not heard since, bars nobody, and leaves who was heard") {
  Stocked fleet;
  Host host("web-1");
  CHECK(fleet.perform(ActionKind::kUnexpect, host).result == ActionResult::kNoHost);
  for (const Milliseconds later : {Milliseconds{0}, Milliseconds{kExpectedGrace}}) {
    CAPTURE(later.count());
    REQUIRE(fleet.expect(host).result == ActionResult::kDone);
    fleet.pass(later);
    CHECK(fleet.perform(ActionKind::kUnexpect, host).result == ActionResult::kDone);
    fleet.tick();
    CHECK(fleet.view.head.counts.hosts == 0);
    CHECK(fleet.view.head.tombstones == 0);
    CHECK_FALSE(fleet.in(Plane::kKnown, host));
  }
  // It comes up between the order and its execution.
  REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  const ActionReply late = fleet.perform(ActionKind::kUnexpect, host);
  CHECK(late.result == ActionResult::kUnchanged);
  CHECK(late.action.number == 0);
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  fleet.pass(24h);
  CHECK(fleet.state_of(host) == HostState::kSilent);
  CHECK(fleet.perform(ActionKind::kUnexpect, host).result == ActionResult::kUnchanged);
  CHECK(fleet.state_of(host) == HostState::kSilent);
}

TEST_CASE("with every slot taken nobody more is expected, and what kept a host out still does") {
  Stocked fleet;
  Host barred("barred");
  REQUIRE(fleet.hear(barred) == Outcome::kAccepted);
  REQUIRE(fleet.perform(ActionKind::kForget, barred).result == ActionResult::kDone);
  for (std::uint32_t i = 0; i < fleet.options.capacity; ++i) {
    REQUIRE(fleet.expect(Host("web-" + std::to_string(i))).result == ActionResult::kDone);
  }
  CHECK(fleet.expect(barred).result == ActionResult::kFleetFull);
  CHECK(fleet.expect(barred).action.number == 0);
  CHECK(fleet.hear(barred) == Outcome::kTombstoned);
  // A host that was expected has its slot; a stranger finds none.
  Host expected("web-0");
  Host stranger("stranger");
  CHECK(fleet.hear(expected) == Outcome::kAccepted);
  CHECK(fleet.hear(stranger) == Outcome::kFleetFull);
}

TEST_CASE("a drain holds from before the host is heard") {
  Stocked fleet;
  Host host("web-1");
  REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  REQUIRE(fleet.perform(ActionKind::kDrain, host).result == ActionResult::kDone);
  fleet.pass(kExpectedGrace);
  CHECK(fleet.state_of(host) == HostState::kMissing);
  CHECK_FALSE(is_down(fleet, host));
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  fleet.tick();
  CHECK(fleet.in(Plane::kDrained, host));
  CHECK(fleet.record_of(host).drained_until > fleet.arrival().wall);
}

TEST_CASE("an inventory that has not begun to speak is no reason for doubt; one that is late is") {
  Stocked fleet;
  std::vector<Host> hosts;
  for (int i = 0; i < 20; ++i) hosts.emplace_back("web-" + std::to_string(i));
  for (const Host& host : hosts) REQUIRE(fleet.expect(host).result == ActionResult::kDone);
  fleet.pass(kExpectedGrace - 1s);
  CHECK_FALSE(fleet.doubted(Doubt::kNothingHeard));
  CHECK_FALSE(fleet.flagged(Flag::kPanic));
  fleet.pass(1s);
  CHECK(fleet.doubted(Doubt::kNothingHeard));
  CHECK(fleet.flagged(Flag::kPanic));  // All 20 hosts are known, undrained and not healthy.
}

TEST_CASE("after a restart its grace goes on; one that is over has not begun anew") {
  for (const Milliseconds left : {Milliseconds{0}, Milliseconds{3min}}) {
    CAPTURE(left.count());
    Stocked fleet;
    Host host("web-1");
    REQUIRE(fleet.fleet.restore(expected_tenancy(host, left), fleet.now));
    fleet.tick();
    CHECK(fleet.record_of(host).awaited);
    CHECK(fleet.state_of(host) == (left > 0ms ? HostState::kExpected : HostState::kMissing));
    fleet.pass(left);
    CHECK(fleet.state_of(host) == HostState::kMissing);
    REQUIRE(fleet.hear(host) == Outcome::kAccepted);
    fleet.tick();
    CHECK(fleet.state_of(host) == HostState::kHealthy);
  }
}

TEST_CASE("who was heard, as far as anything on the disk knows, is not awaited after a restart") {
  struct Row {
    const char* knows;
    std::uint64_t epoch;
    std::uint8_t planes;
    bool awaited;  ///< What the registry says.
  };
  constexpr std::uint8_t kMissing =
      plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) | plane_bit(Plane::kConflict);
  constexpr std::uint8_t kHealthy = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) |
                                    plane_bit(Plane::kReporting) | plane_bit(Plane::kHealthy);
  for (const Row& row : {Row{"the checkpoint", 1000, kHealthy, true},
                         {"a step of the history", 0, kHealthy, true},
                         {"the registry", 0, kMissing, false}}) {
    CAPTURE(row.knows);
    Stocked fleet;
    Host host("web-1");
    RestoredHost tenancy = expected_tenancy(host, 0ms);
    tenancy.awaited = row.awaited;
    tenancy.last.epoch = row.epoch;
    tenancy.last.planes = row.planes;
    REQUIRE(fleet.fleet.restore(tenancy, fleet.now));
    fleet.tick();
    CHECK_FALSE(fleet.in(Plane::kAwaited, host));
    CHECK_FALSE(is_down(fleet, host));
  }
}

TEST_CASE("what is left of a grace, by the wall clock of the start") {
  struct Row {
    Milliseconds since;
    Milliseconds left;
  };
  constexpr Milliseconds kGrace = kExpectedGrace;
  for (const Row& row : {Row{-1h, kGrace},
                         {0ms, kGrace},
                         {1ms, kGrace - 1ms},
                         {kGrace - 1ms, 1ms},
                         {kGrace, 0ms},
                         {kGrace + 1ms, 0ms},
                         {24h * 365, 0ms}}) {
    CAPTURE(row.since.count());
    CHECK(grace_left(kWallAtZero, kWallAtZero + row.since) == row.left);
  }
}
