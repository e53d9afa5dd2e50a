// Tests the flags beside the bitmap (warming, blind, panic, degraded), and pauses of the collector.

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// So many hosts, each of which sends once a second.
struct Crowd {
  Crowd(FleetDriver& driven, std::size_t size) : driver(driven) {
    for (std::size_t i = 0; i < size; ++i) hosts.emplace_back("host-" + std::to_string(i));
  }
  void second() {
    for (Host& host : hosts) driver.hear(host);
    driver.pass(1s);
  }
  void fail(std::size_t count) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      hosts[i].snapshot.states[0] = i < count ? CheckState::kCritical : CheckState::kOk;
    }
  }
  FleetDriver& driver;
  std::vector<Host> hosts;
};

}  // namespace

TEST_CASE("warming lasts one window") {
  FleetDriver driver;
  driver.next_tick = driver.now + 24h;
  driver.now += 5s - 1ns;
  driver.tick();
  CHECK(driver.flagged(Flag::kWarming));
  driver.now += 1ns;
  driver.tick();
  CHECK_FALSE(driver.flagged(Flag::kWarming));
}

TEST_CASE("a pause moves every deadline by its length, whoever notices it first") {
  for (const bool datagram_first : {true, false}) {
    FleetDriver driver;
    Crowd crowd(driver, 20);
    for (int i = 0; i < 8; ++i) crowd.second();
    REQUIRE(driver.view.head.counts.healthy == 20);
    REQUIRE_FALSE(driver.flagged(Flag::kBlind));

    driver.stand_still(60s);
    driver.next_tick = driver.now;
    if (datagram_first) driver.hear(crowd.hosts[0]);
    driver.tick();
    CAPTURE(datagram_first);
    CHECK(driver.view.head.counts.silent == 0);
    CHECK(driver.flagged(Flag::kBlind));
    CHECK(driver.doubted(Doubt::kLateTick));

    // Then the promise holds again. Before the pause, a second and a beat of each window had
    // passed.
    driver.pass(3s);
    CHECK(driver.view.head.counts.silent == 0);
    driver.pass(1s);
    CHECK(driver.view.head.counts.silent == (datagram_first ? 19 : 20));
    CHECK(driver.doubted(Doubt::kLateTick));
    driver.pass(2s);
    CHECK_FALSE(driver.doubted(Doubt::kLateTick));
  }
}

TEST_CASE("a pause of any length condemns nobody, whatever tick and interval") {
  struct Row {
    Milliseconds tick;
    Milliseconds interval;
  };
  for (const Row& row :
       {Row{1s, 1s}, Row{1s, 100ms}, Row{10s, 1s}, Row{50ms, 100ms}, Row{1s, 5s}}) {
    for (const Milliseconds pause :
         {50ms, 120ms, 200ms, 499ms, 1001ms, 1800ms, 15'000ms, 60'000ms}) {
      for (const unsigned stale_after : {1U, 4U}) {
        FleetOptions options = FleetDriver::default_options();
        options.tick = row.tick;
        options.min_interval = row.interval;
        options.stale_after = stale_after;
        FleetDriver driver(options);
        Host host("host");
        host.snapshot.interval = row.interval;
        for (int i = 0; i < 5; ++i) {
          driver.hear(host);
          driver.pass(row.interval);
        }
        // The pause begins just before the next snapshot is due. Afterwards the socket is read
        // first.
        driver.stand_still(pause);
        driver.hear(host);
        driver.tick();
        CAPTURE(row.tick.count());
        CAPTURE(row.interval.count());
        CAPTURE(pause.count());
        CAPTURE(stale_after);
        CHECK(driver.state_of(host) == HostState::kHealthy);
        // If the tick comes first, the pause uses no more than the window's half interval of slack.
        driver.stand_still(pause);
        driver.tick();
        CHECK(driver.state_of(host) == HostState::kHealthy);
      }
    }
  }
}

TEST_CASE("a late tick makes blind, even when datagrams kept coming") {
  FleetDriver driver;
  Crowd crowd(driver, 1);
  for (int i = 0; i < 8; ++i) crowd.second();
  driver.next_tick += 3s;
  for (int i = 0; i < 4; ++i) crowd.second();
  CHECK(driver.doubted(Doubt::kLateTick));
}

TEST_CASE("kernel losses make blind until a window has passed without") {
  FleetDriver driver;
  Crowd crowd(driver, 1);
  for (int i = 0; i < 8; ++i) crowd.second();
  REQUIRE_FALSE(driver.flagged(Flag::kBlind));
  driver.inputs.lost = 3;
  crowd.second();
  CHECK(driver.doubted(Doubt::kKernelLoss));
  CHECK(driver.flagged(Flag::kBlind));
  CHECK(driver.view.head.lost == 3);
  for (int i = 0; i < 5; ++i) crowd.second();
  CHECK_FALSE(driver.flagged(Flag::kBlind));
}

TEST_CASE("a window without an accepted datagram makes blind, if anybody is registered") {
  FleetDriver nobody;
  nobody.pass(30s);
  CHECK_FALSE(nobody.flagged(Flag::kBlind));

  FleetDriver driver;
  Crowd crowd(driver, 3);
  crowd.second();
  driver.pass(3s);
  CHECK_FALSE(driver.doubted(Doubt::kNothingHeard));
  driver.pass(2s);
  CHECK(driver.doubted(Doubt::kNothingHeard));
  CHECK(driver.view.head.counts.healthy == 0);  // The bitmap tells the truth nevertheless.
  crowd.second();
  CHECK_FALSE(driver.doubted(Doubt::kNothingHeard));
}

TEST_CASE("when most first contacts are skewed, the collector doubts its own clock") {
  FleetDriver driver;
  for (int i = 0; i < 2; ++i) {
    Host host("skewed-" + std::to_string(i));
    host.wall_ahead = 1h;
    CHECK(driver.hear(host) == Outcome::kSkewed);
  }
  driver.tick();
  CHECK_FALSE(driver.doubted(Doubt::kClocks));
  Host third("skewed-2");
  third.wall_ahead = 1h;
  driver.hear(third);
  driver.tick();
  CHECK(driver.doubted(Doubt::kClocks));
  CHECK(driver.view.head.notice_count == 3);
  CHECK(driver.view.head.notices[0].skew == -1h);
}

TEST_CASE("one host with a wrong clock casts no doubt, however often it says so") {
  for (const std::size_t good : {std::size_t{0}, std::size_t{1}, std::size_t{20}}) {
    FleetDriver driver;
    Crowd crowd(driver, good);
    Host bad("bad");
    bad.wall_ahead = 5h;
    for (int i = 0; i < 60; ++i) {
      CHECK(driver.hear(bad) == Outcome::kSkewed);
      crowd.second();
      CHECK_FALSE(driver.doubted(Doubt::kClocks));
    }
  }
}

TEST_CASE("several wrong clocks cast no doubt while more snapshots agree with ours") {
  FleetDriver driver;
  Crowd crowd(driver, 20);
  std::vector<Host> bad;
  for (int i = 0; i < 15; ++i) {
    bad.emplace_back("bad-" + std::to_string(i));
    bad.back().wall_ahead = -1h;
  }
  for (int i = 0; i < 20; ++i) {
    crowd.second();
    for (Host& host : bad) CHECK(driver.hear(host) == Outcome::kSkewed);
    CHECK_FALSE(driver.doubted(Doubt::kClocks));
  }
  // Now the collector's own clock is wrong: all registered hosts differ from it as the refused ones
  // do.
  for (Host& host : crowd.hosts) host.wall_ahead = -1h;
  for (int i = 0; i < 12; ++i) {
    crowd.second();
    for (Host& host : bad) driver.hear(host);
  }
  CHECK(driver.doubted(Doubt::kClocks));
  CHECK(driver.view.head.counts.healthy == 20);
}

TEST_CASE("when most of several hosts come late, the collector doubts its own clock") {
  for (const std::size_t late : {2U, 3U, 6U}) {
    FleetDriver driver;
    std::vector<Host> fleet;
    for (int i = 0; i < 8; ++i) fleet.emplace_back("host-" + std::to_string(i));
    for (Host& host : fleet) driver.hear(host);
    driver.pass(30s);
    // What they say now was said when they were heard first.
    for (std::size_t i = 0; i < late; ++i) {
      fleet[i].uptime_at_zero -= 30s;
      fleet[i].wall_ahead -= 30s;
      CHECK(driver.hear(fleet[i]) == Outcome::kLate);
    }
    driver.tick();
    CAPTURE(late);
    CHECK(driver.doubted(Doubt::kClocks) == (late >= 3));  // Those of before are not of the window.
    driver.pass(11s);  // The votes of the window before count too.
    CHECK_FALSE(driver.doubted(Doubt::kClocks));
    // Among more that come in time they are no majority.
    for (auto host = fleet.rbegin(); host != fleet.rend(); ++host) driver.hear(*host);
    driver.tick();
    CHECK(driver.doubted(Doubt::kClocks) == (late > 4));
  }
}

TEST_CASE("panic: below its bound, with hysteresis, for ten hosts or more") {
  struct Row {
    std::size_t failing;  // How many of the 20 hosts.
    bool panic;
  };
  // The rows follow each other in time: panic begins below 50 % and ends above 60 %.
  const Row rows[] = {{0, false}, {10, false}, {11, true},  {10, true},
                      {8, true},  {7, false},  {10, false}, {20, true}};
  FleetDriver driver;
  Crowd crowd(driver, 20);
  for (const Row& row : rows) {
    crowd.fail(row.failing);
    crowd.second();
    CAPTURE(row.failing);
    CHECK(driver.flagged(Flag::kPanic) == row.panic);
    CHECK(driver.view.head.counts.failing == row.failing);
  }
  FleetDriver small;
  Crowd nine(small, 9);
  nine.fail(9);
  nine.second();
  CHECK_FALSE(small.flagged(Flag::kPanic));
}

TEST_CASE("degraded is what the edge says") {
  FleetDriver driver;
  driver.inputs.degraded = true;
  driver.tick();
  CHECK(driver.flagged(Flag::kDegraded));
  driver.inputs.degraded = false;
  driver.tick();
  CHECK_FALSE(driver.flagged(Flag::kDegraded));
}
