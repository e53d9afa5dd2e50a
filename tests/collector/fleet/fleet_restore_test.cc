// After a restart, hosts keep their last verdict for one window and their order for good, and freed
// slots are reused in the order in which they were freed.

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr std::uint8_t kFailing =
    plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) | plane_bit(Plane::kReporting);
constexpr std::uint8_t kHealthy = kFailing | plane_bit(Plane::kHealthy);
constexpr std::uint8_t kSilent = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);

RestoredHost remembered(const Host& host, std::uint32_t slot, std::uint8_t planes) {
  RestoredHost tenancy{slot, host.credential.agent_id, host.snapshot.name, kWallAtZero, 1s};
  tenancy.last = {host.epoch, host.sequence, 0, 1, planes};
  return tenancy;
}

}  // namespace

TEST_CASE("hosts keep their last verdict until their window has passed, then the truth is told") {
  struct Row {
    const char* name;
    std::uint8_t planes;
    std::optional<HostState> at_start;
    HostState without_a_word;
  };
  const std::vector<Row> rows = {
      {"healthy", kHealthy, HostState::kHealthy, HostState::kSilent},
      {"warned", kHealthy | plane_bit(Plane::kWarning), HostState::kHealthy, HostState::kSilent},
      {"failing", kFailing, HostState::kFailing, HostState::kSilent},
      {"silent", kSilent, HostState::kSilent, HostState::kSilent},
      {"unjudged", plane_bit(Plane::kRegistered), HostState::kUnknown, HostState::kSilent},
      {"unstored", 0, HostState::kUnknown, HostState::kSilent}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    FleetDriver driver;
    Host mute("mute");
    Host alive("alive");
    alive.sequence = mute.sequence = 40;
    REQUIRE(driver.fleet.restore(remembered(mute, 9, row.planes), driver.now));
    REQUIRE(driver.fleet.restore(remembered(alive, 2, row.planes), driver.now));
    driver.tick();
    CHECK(driver.flagged(Flag::kWarming));
    CHECK(driver.state_of(mute) == row.at_start);
    CHECK(driver.in(Plane::kWarning, mute) == ((row.planes & plane_bit(Plane::kWarning)) != 0));
    CHECK_FALSE(driver.record_of(mute).heard);
    CHECK(driver.record_of(mute).sequence == 40);

    driver.pass(500ms);
    CHECK(driver.hear(alive) == Outcome::kAccepted);
    driver.pass(3500ms);  // 4 s have passed; the window is 4.5 s.
    CHECK(driver.state_of(mute) == row.at_start);
    CHECK(driver.state_of(alive) == HostState::kHealthy);
    CHECK(driver.slot_of(alive) == 2);
    driver.pass(600ms);
    driver.tick();
    CHECK(driver.state_of(mute) == row.without_a_word);
    CHECK_FALSE(driver.in(Plane::kWarning, mute));
  }
}

TEST_CASE("what was accepted before the checkpoint changes nothing when it is played again") {
  FleetDriver before;
  Host host("web-1");
  std::vector<Datagram> recorded;
  for (int i = 0; i < 5; ++i) recorded.push_back(host.say(before.now));
  host.snapshot.states[0] = CheckState::kCritical;
  const Datagram newest = host.say(before.now);

  FleetDriver after;
  RestoredHost tenancy = remembered(host, 3, kFailing);
  tenancy.last.sequence = 6;
  REQUIRE(after.fleet.restore(tenancy, after.now));
  for (const Datagram& datagram : recorded) CHECK(after.hear(datagram) == Outcome::kStale);
  CHECK(after.hear(newest) == Outcome::kStale);
  after.tick();
  CHECK(after.state_of(host) == HostState::kFailing);
  CHECK_FALSE(after.record_of(host).heard);
  // This is no first contact, so a wrong clock does not matter.
  host.wall_ahead = 24h * 365;
  CHECK(after.hear(host) == Outcome::kAccepted);
  CHECK(after.record_of(host).lost == 0);
}

TEST_CASE("what was lost while the collector was away is not counted as lost, what is later is") {
  FleetDriver driver;
  Host host("web-1");
  REQUIRE(driver.fleet.restore(remembered(host, 3, kHealthy), driver.now));
  host.sequence = 60;
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).lost == 0);
  host.sequence += 2;
  driver.pass(3s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).lost == 2);
}

TEST_CASE("without a checkpoint the order begins anew, and a skewed first contact is refused") {
  FleetDriver driver;
  Host host("web-1");
  RestoredHost tenancy = remembered(host, 3, 0);
  tenancy.last = {};
  REQUIRE(driver.fleet.restore(tenancy, driver.now));
  host.wall_ahead = 24h;
  CHECK(driver.hear(host) == Outcome::kSkewed);
}

TEST_CASE("freed slots are reused oldest first across a restart, after those nobody ever had") {
  FleetDriver driver;
  Host stays("stays");
  REQUIRE(driver.fleet.restore(remembered(stays, 1, kHealthy), driver.now));
  std::vector<std::uint32_t> freed = {5, 1, 0};  // Slot 1 is taken, so it is ignored.
  for (std::uint32_t slot = 6; slot < 128; ++slot) freed.push_back(slot);
  driver.fleet.restore_freed(freed);
  const std::vector<std::uint32_t> expected = {2, 3, 4, 5, 0, 6, 7};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    Host host("new-" + std::to_string(i));
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
    CHECK(driver.slot_of(host) == expected[i]);
  }
}
