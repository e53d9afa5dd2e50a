// Which check a host's state is laid to, and which names have places among the causes.

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "collector/fleet/cause_places.h"
#include "collector/fleet/check_names.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

using States = std::array<CheckState, kChecks>;
constexpr CheckState kOk = CheckState::kOk;
constexpr CheckState kWarning = CheckState::kWarning;
constexpr CheckState kCritical = CheckState::kCritical;
constexpr CheckState kUnknown = CheckState::kUnknown;
constexpr CheckState kPending = CheckState::kPending;

/// Sends a snapshot of these states, whose page is of one of the checks.
void say(FleetDriver& driver, Host& host, std::initializer_list<CheckState> states,
         std::uint8_t page = 0) {
  host.snapshot.states = {};
  std::copy(states.begin(), states.end(), host.snapshot.states.begin());
  host.snapshot.page.index = page;
  host.snapshot.page.state = host.snapshot.states[page];
  host.snapshot.page.name = CheckName{"check-" + std::to_string(page)};
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
}

/// Has the host tell the names of its first three checks.
void introduce(FleetDriver& driver, Host& host) {
  for (std::uint8_t page = 0; page < 3; ++page) say(driver, host, {kOk, kOk, kOk}, page);
}

std::uint8_t cause_of(FleetDriver& driver, const Host& host) {
  return driver.tick().causes[driver.slot_of(host).value()];
}

/// The name that a cause stands for, as readers find it.
std::string named(FleetDriver& driver, const Host& host) {
  const std::uint8_t cause = cause_of(driver, host);
  if (cause == kNoCause) return "none";
  if (cause == kOtherCause) return "other";
  CauseName name;
  REQUIRE(driver.host_table.cause_names().read(cause, name));
  return std::string(name.name.view());
}

CausePlaces::When at(std::uint64_t tick, Instant now = Instant{}) {
  return {7, tick, kWallAtZero, now};
}

std::uint64_t hash_of(const std::string& name) {
  return std::hash<std::string>{}(name);
}

}  // namespace

TEST_CASE("a state is laid to the first check in the worst state") {
  struct Row {
    std::initializer_list<CheckState> states;
    const char* name;
  };
  for (const Row& row :
       {Row{{kOk, kOk, kOk}, "none"}, Row{{kOk, kWarning, kOk}, "check-1"},
        Row{{kWarning, kWarning, kUnknown}, "check-2"},
        Row{{kUnknown, kWarning, kCritical}, "check-2"},
        Row{{kWarning, kCritical, kCritical}, "check-1"},
        Row{{kCritical, kCritical, kCritical}, "check-0"}, Row{{kOk, kPending, kOk}, "none"},
        Row{{kOk, kPending, kWarning}, "check-2"}}) {
    FleetDriver driver;
    Host host("web-1");
    introduce(driver, host);
    say(driver, host, row.states);
    CHECK(named(driver, host) == row.name);
  }
}

TEST_CASE("the last of 32 checks is named, too") {
  FleetDriver driver;
  Host host("web-1");
  host.snapshot.states.fill(kOk);
  host.snapshot.states[31] = kWarning;
  host.snapshot.page.index = 31;
  host.snapshot.page.state = kWarning;
  host.snapshot.page.name = CheckName{"last"};
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(named(driver, host) == "last");
}

TEST_CASE("a check whose name has not come is another one, until it comes") {
  FleetDriver driver;
  Host host("web-1");
  say(driver, host, {kOk, kCritical, kOk}, 0);
  CHECK(named(driver, host) == "other");
  say(driver, host, {kOk, kCritical, kOk}, 1);
  CHECK(named(driver, host) == "check-1");
}

TEST_CASE("a check that is without a result for too long is what the host fails for") {
  FleetDriver driver;
  Host host("web-1");
  introduce(driver, host);
  say(driver, host, {kWarning, kOk, kPending});
  CHECK(named(driver, host) == "check-0");
  for (Duration waited{0}; waited < kPendingGrace; waited += 1s) {
    driver.pass(1s);
    say(driver, host, {kWarning, kOk, kPending});
  }
  driver.tick();
  REQUIRE(driver.state_of(host) == HostState::kFailing);
  CHECK(named(driver, host) == "check-2");
}

TEST_CASE("a verdict that waits for results keeps what it was laid to") {
  FleetDriver driver;
  Host host("web-1");
  introduce(driver, host);
  say(driver, host, {kOk, kCritical, kOk});
  say(driver, host, {kOk, kPending, kWarning});
  CHECK(named(driver, host) == "check-1");
  CHECK(driver.state_of(host) == HostState::kFailing);
  say(driver, host, {kOk, kOk, kWarning});
  CHECK(named(driver, host) == "check-2");
}

TEST_CASE("a silent host keeps its cause, and who leaves or comes has none") {
  FleetDriver driver;
  Host host("web-1");
  introduce(driver, host);
  say(driver, host, {kOk, kCritical, kOk});
  driver.pass(1min);
  CHECK(driver.state_of(host) == HostState::kSilent);
  CHECK(named(driver, host) == "check-1");
  const std::uint32_t slot = driver.slot_of(host).value();
  host.snapshot.leaving = true;
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.tick().causes[slot] == kNoCause);
}

TEST_CASE("a restored host keeps its cause if its name still has the place") {
  FleetDriver driver;
  driver.fleet.restore(PlacedCause{9, {CheckName{"disk"}, 3, 4, kWallAtZero}});
  for (const std::uint8_t cause : {std::uint8_t{9}, std::uint8_t{8}, kOtherCause, kNoCause}) {
    Host host("web-" + std::to_string(cause));
    RestoredHost tenancy{cause % 16U, host.credential.agent_id, host.snapshot.name, kWallAtZero,
                         1s};
    tenancy.last.planes = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
    tenancy.last.epoch = 1;
    tenancy.last.cause = cause;
    REQUIRE(driver.fleet.restore(tenancy, driver.now));
    CHECK(named(driver, host) == (cause == 9 ? "disk" : cause == 0 ? "none" : "other"));
  }
  // Who names it again finds the place that it had.
  Host host("db-1");
  host.snapshot.states[0] = kCritical;
  host.snapshot.page.state = kCritical;
  host.snapshot.page.name = CheckName{"disk"};
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(cause_of(driver, host) == 9);
}

TEST_CASE("a place is a name's from the next tick of its start on") {
  FleetOptions options = FleetDriver::default_options();
  options.start_number = 12;
  FleetDriver driver(options);
  driver.tick();
  const View& view = driver.tick();
  Host host("web-1");
  say(driver, host, {kCritical});
  const std::uint64_t next = view.head.tick + 1;
  const std::uint8_t cause = cause_of(driver, host);
  CauseName name;
  REQUIRE(driver.host_table.cause_names().read(cause, name));
  CHECK(name.start == 12);
  CHECK(name.tick == next);
}

TEST_CASE("a place goes to another name only when it is stored, left, and time has passed") {
  DirtyTable<CauseName> names(kCausePlaces);
  CausePlaces places(names);
  const auto take = [&](const std::string& name, std::uint64_t tick, Instant now) {
    return places.take(CheckName{name}, hash_of(name), at(tick, now));
  };
  for (std::uint32_t i = 1; i < kCausePlaces; ++i) {
    REQUIRE(take("check-" + std::to_string(i), 1, Instant{}) == i);
  }
  CHECK(take("more", 2, Instant{}) == kOtherCause);  // All are used.
  places.release(5);
  places.release(3);
  CHECK(take("more", 2, Instant{}) == kOtherCause);  // None is stored.
  std::array<std::uint32_t, kCausePlaces> marked;
  REQUIRE(names.take_changed(marked) == kCausePlaces - 1);
  CHECK(take("check-5", 3, Instant{}) == 5);  // It still had its place.
  places.release(5);
  CHECK(take("more", 4, Instant{}) == 3);  // That one was left first.
  CauseName name;
  REQUIRE(names.read(3, name));
  CHECK(name.name.view() == "more");
  CHECK(name.tick == 4);
  CHECK(take("late", 5, Instant{} + kCauseReusePeriod - 1ms) == kOtherCause);
  CHECK(take("late", 5, Instant{} + kCauseReusePeriod) == 5);
  places.release(3);
  CHECK(take("next", 6, Instant{} + 3 * kCauseReusePeriod) == kOtherCause);  // 3 is not stored.
}

TEST_CASE("a name that found no place is offered one when there is one") {
  HostTable host_table(64, 0);
  CheckNames names(host_table, FleetId{});
  std::vector<CheckNameId> ids;
  for (unsigned i = 0; i < kCausePlaces; ++i) {
    ids.push_back(names.use(CheckName{"check-" + std::to_string(i)}));
  }
  CHECK(names.cause_of(ids.front()) == 1);
  CHECK(names.cause_of(ids.back()) == kOtherCause);
  std::array<std::uint32_t, kCausePlaces> marked;
  REQUIRE(host_table.cause_names().take_changed(marked) == kCausePlaces - 1);
  names.release(ids[7]);
  CHECK(names.cause_of(ids.back()) == kOtherCause);
  for (std::uint64_t tick = 1; tick <= kCheckNames / kCauseOffersPerTick; ++tick) {
    names.tick(at(tick));
  }
  CHECK(names.cause_of(ids.back()) == 8);
  CHECK(names.cause_of(0) == kOtherCause);
}
