// What becomes of a host's verdict when checks have no result yet (CONTRACT.md, "Verdicts").

#include <doctest/doctest.h>

#include <initializer_list>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

using Checks = std::initializer_list<CheckState>;
constexpr CheckState kOk = CheckState::kOk;
constexpr CheckState kWarning = CheckState::kWarning;
constexpr CheckState kCritical = CheckState::kCritical;
constexpr CheckState kUnknown = CheckState::kUnknown;
constexpr CheckState kPending = CheckState::kPending;

void set_checks(Host& host, Checks checks) {
  host.snapshot.states = {};
  host.snapshot.page = {};
  std::copy(checks.begin(), checks.end(), host.snapshot.states.begin());
}

void restart(Host& host) {
  ++host.epoch;
  host.sequence = 0;
}

/// A second passes, and then the host says this.
std::optional<HostState> say(FleetDriver& driver, Host& host, Checks checks) {
  driver.pass(1s);
  set_checks(host, checks);
  CHECK(driver.hear(host) == Outcome::kAccepted);
  driver.tick();
  return driver.state_of(host);
}

/// The host says this every second, for so long, and is this all the time.
void say_for(FleetDriver& driver, Host& host, Checks checks, Duration duration, HostState state) {
  const Instant end = driver.now + duration;
  while (driver.now < end) {
    const auto is = say(driver, host, checks);
    REQUIRE(is == state);
  }
}

constexpr std::uint8_t kSilentPlanes = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
constexpr std::uint8_t kFailingPlanes = kSilentPlanes | plane_bit(Plane::kReporting);
constexpr std::uint8_t kHealthyPlanes = kFailingPlanes | plane_bit(Plane::kHealthy);

}  // namespace

TEST_CASE("the decision table: the last verdict, and what the checks say, give the next") {
  constexpr HostState kIsUnknown = HostState::kUnknown;
  constexpr HostState kIsFailing = HostState::kFailing;
  constexpr HostState kIsHealthy = HostState::kHealthy;
  struct Row {
    Checks checks;
    HostState of_none, of_failing, of_healthy;  // By the last verdict.
    bool warning;
  };
  const Row rows[] = {
      // Whoever has no PENDING check is judged anew; a host without checks is healthy.
      {{}, kIsHealthy, kIsHealthy, kIsHealthy, false},
      {{kOk}, kIsHealthy, kIsHealthy, kIsHealthy, false},
      {{kOk, kWarning}, kIsHealthy, kIsHealthy, kIsHealthy, true},
      {{kOk, kCritical}, kIsFailing, kIsFailing, kIsFailing, false},
      {{kOk, kUnknown}, kIsFailing, kIsFailing, kIsFailing, false},
      // PENDING decides nothing, so the verdict stays, and none stays none.
      {{kPending}, kIsUnknown, kIsFailing, kIsHealthy, false},
      {{kPending, kPending}, kIsUnknown, kIsFailing, kIsHealthy, false},
      {{kOk, kPending}, kIsUnknown, kIsFailing, kIsHealthy, false},
      {{kWarning, kPending}, kIsUnknown, kIsFailing, kIsHealthy, true},
      // One that fails decides.
      {{kPending, kCritical}, kIsFailing, kIsFailing, kIsFailing, false},
      {{kPending, kUnknown, kOk}, kIsFailing, kIsFailing, kIsFailing, false},
      {{kPending, kWarning, kCritical}, kIsFailing, kIsFailing, kIsFailing, true}};
  for (const Row& row : rows) {
    CAPTURE(&row - rows);
    for (const bool restarted : {false, true}) {
      for (const HostState last : {kIsUnknown, kIsFailing, kIsHealthy}) {
        CAPTURE(host_state_name(last));
        FleetDriver driver;
        Host host("host");
        if (last == kIsFailing) REQUIRE(say(driver, host, {kCritical}) == kIsFailing);
        if (last == kIsHealthy) REQUIRE(say(driver, host, {kOk}) == kIsHealthy);
        if (restarted) restart(host);
        const HostState expected = last == kIsFailing   ? row.of_failing
                                   : last == kIsHealthy ? row.of_healthy
                                                        : row.of_none;
        CHECK(say(driver, host, row.checks) == expected);
        CHECK(driver.in(Plane::kKnown, host) == (expected != kIsUnknown));
        CHECK(driver.in(Plane::kReporting, host) == (expected != kIsUnknown));
        CHECK(driver.in(Plane::kWarning, host) == (row.warning && expected != kIsUnknown));
      }
    }
  }
}

TEST_CASE("after ten minutes without a result a host fails, whatever it was, until there is one") {
  struct Row {
    Checks before;
    HostState is;
  };
  const Row rows[] = {
      {{}, HostState::kUnknown}, {{kOk}, HostState::kHealthy}, {{kCritical}, HostState::kFailing}};
  for (const Row& row : rows) {
    CAPTURE(host_state_name(row.is));
    FleetDriver driver;
    Host host("host");
    if (row.before.size() > 0) say(driver, host, row.before);
    CHECK(say(driver, host, {kPending, kOk}) == row.is);
    say_for(driver, host, {kPending}, kPendingGrace - 1s, row.is);
    CHECK(say(driver, host, {kPending}) == HostState::kFailing);
    CHECK(driver.in(Plane::kKnown, host));
    restart(host);
    CHECK(say(driver, host, {kPending}) == HostState::kFailing);
    CHECK(say(driver, host, {kOk, kPending}) == HostState::kFailing);
    CHECK(say(driver, host, {kOk, kOk}) == HostState::kHealthy);
    CHECK(say(driver, host, {kPending, kOk}) == HostState::kHealthy);  // It counts anew.
  }
}

TEST_CASE(
    "an agent that is started again and again before its first result is not healthy for ever") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(say(driver, host, {kOk}) == HostState::kHealthy);
  for (const Instant start = driver.now; driver.now < start + kPendingGrace + 1min;) {
    restart(host);
    say(driver, host, {kPending});
    say(driver, host, {kPending});
    driver.pass(30s);  // It falls silent each time, which does not begin the ten minutes anew.
    CHECK(driver.state_of(host) == HostState::kSilent);
  }
  CHECK(say(driver, host, {kPending}) == HostState::kFailing);
}

TEST_CASE("a failure ends the wait for results, and the next wait may take ten minutes again") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(say(driver, host, {kOk}) == HostState::kHealthy);
  say_for(driver, host, {kPending}, kPendingGrace - 1s, HostState::kHealthy);
  CHECK(say(driver, host, {kPending, kCritical}) == HostState::kFailing);
  CHECK(say(driver, host, {kOk, kOk}) == HostState::kHealthy);
  say_for(driver, host, {kPending}, kPendingGrace - 1s, HostState::kHealthy);
}

TEST_CASE("the ten minutes are the fleet's: a pause of the collector counts for none of them") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(say(driver, host, {kOk}) == HostState::kHealthy);
  REQUIRE(say(driver, host, {kPending}) == HostState::kHealthy);
  driver.stand_still(2 * kPendingGrace);
  driver.next_tick = driver.now;
  CHECK(say(driver, host, {kPending}) == HostState::kHealthy);
  say_for(driver, host, {kPending}, kPendingGrace - 10s, HostState::kHealthy);
}

TEST_CASE("who falls silent before a first result is known and silent, and then as before") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(say(driver, host, {kPending}) == HostState::kUnknown);
  driver.pass(4s);
  CHECK(driver.state_of(host) == HostState::kUnknown);
  driver.pass(2s);
  CHECK(driver.state_of(host) == HostState::kSilent);
  CHECK(driver.in(Plane::kKnown, host));
  CHECK(driver.view.head.counts.silent == 1);
  CHECK(say(driver, host, {kPending}) == HostState::kUnknown);
  CHECK(say(driver, host, {kOk}) == HostState::kHealthy);
}

TEST_CASE("after a restart of the collector the restored verdict is the last one") {
  struct Row {
    const char* name;
    std::uint8_t planes;
    HostState with_pending;
  };
  const Row rows[] = {{"healthy", kHealthyPlanes, HostState::kHealthy},
                      {"failing", kFailingPlanes, HostState::kFailing},
                      {"silent", kSilentPlanes, HostState::kFailing},
                      {"unjudged", plane_bit(Plane::kRegistered), HostState::kUnknown}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    FleetDriver driver;
    Host host("host");
    RestoredHost tenancy{9, host.credential.agent_id, host.snapshot.name, kWallAtZero, 1s};
    tenancy.last = {host.epoch, 1, 0, 1, row.planes};
    host.sequence = 1;
    REQUIRE(driver.fleet.restore(tenancy, driver.now));
    CHECK(say(driver, host, {kPending}) == row.with_pending);
    CHECK(say(driver, host, {kOk}) == HostState::kHealthy);
  }
}

TEST_CASE("an expected host that speaks without a result is awaited no longer, and not known yet") {
  for (const Duration grace : {Duration{0s}, Duration{kExpectedGrace}}) {
    FleetDriver driver;
    Host host("host");
    REQUIRE(driver.fleet.expect(host.credential.agent_id, host.snapshot.name, kWallAtZero).result ==
            ActionResult::kDone);
    driver.pass(grace);
    const auto before = driver.state_of(host);
    CHECK(before == (grace == 0s ? std::optional{HostState::kExpected} : HostState::kMissing));
    CHECK(say(driver, host, {kPending}) == HostState::kUnknown);
    CHECK_FALSE(driver.in(Plane::kAwaited, host));
    CHECK(say(driver, host, {kOk}) == HostState::kHealthy);
  }
}

TEST_CASE("who left and comes again without a result has no verdict to keep") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(say(driver, host, {kOk}) == HostState::kHealthy);
  host.snapshot.leaving = true;
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  host.snapshot.leaving = false;
  restart(host);
  CHECK(say(driver, host, {kPending}) == HostState::kUnknown);
}
