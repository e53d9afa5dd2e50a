// When a host's verdict turned: what tells those that changed in the last minutes.

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

TEST_CASE("a verdict turns when checks begin or cease to fail, and at nothing else") {
  FleetDriver driver;
  Host host("web-1");
  const auto say = [&](CheckState state) {
    driver.pass(1s);
    host.snapshot.states[0] = state;
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
    return driver.record_of(host).turned_at;
  };
  CHECK(say(CheckState::kCritical) == Instant{});  // It was not judged before.
  CHECK(say(CheckState::kUnknown) == Instant{});
  CHECK(say(CheckState::kOk) == driver.now);
  const Instant recovered = driver.now;
  CHECK(say(CheckState::kWarning) == recovered);
  CHECK(say(CheckState::kPending) == recovered);
  CHECK(say(CheckState::kOk) == recovered);
  CHECK(say(CheckState::kCritical) == driver.now);
  const Instant failed = driver.now;
  CHECK(say(CheckState::kPending) == failed);
}

TEST_CASE("a host that speaks again after a silence has turned") {
  FleetDriver driver;
  Host host("web-1");
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  driver.pass(4s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).turned_at == Instant{});
  driver.pass(6s);
  CHECK(driver.state_of(host) == HostState::kSilent);
  CHECK(driver.record_of(host).turned_at == Instant{});
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).turned_at == driver.now);
}

TEST_CASE("a restart of the collector turns nobody") {
  FleetDriver driver;
  Host host("web-1");
  RestoredHost tenancy{5, host.credential.agent_id, host.snapshot.name, kWallAtZero, 1s};
  tenancy.last = {host.epoch, host.sequence, 0, 1,
                  plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) |
                      plane_bit(Plane::kReporting) | plane_bit(Plane::kHealthy)};
  REQUIRE(driver.fleet.restore(tenancy, driver.now));
  driver.pass(1s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).turned_at == Instant{});
  host.snapshot.states[0] = CheckState::kCritical;
  driver.pass(1s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).turned_at == driver.now);
}
