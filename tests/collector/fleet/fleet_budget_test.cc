// Who may have datagrams opened at whose cost: floods, forgers of a host, and whole fleets at once.

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// How many snapshots of its new epoch an agent that starts anew has to send on average, while this
/// many datagrams a second name its host, of which the forger knows all but the epoch.
double snapshots_under_forgery(int a_second) {
  constexpr Milliseconds kInterval = 100ms;
  constexpr int kStarts = 60;
  FleetOptions options = FleetDriver::default_options();
  options.capacity = 16'384;
  options.min_interval = kInterval;
  FleetDriver driver(options);
  Host host("host");
  host.snapshot.interval = kInterval;
  driver.hear(host);
  Host forger = host;
  forger.credential.key[0] ^= 1;
  forger.epoch += 1'000'000;
  const Datagram forged = forger.say(driver.now);
  const auto flood = [&](int ms) {
    for (int i = 0; i < ms; ++i) {
      for (int j = 0; j < a_second / 1000; ++j) driver.hear(forged, 66);
      driver.pass(1ms);
    }
  };
  flood(2'000);  // What had been saved up is spent.
  int said = 0;
  for (int start = 0; start < kStarts; ++start) {
    host.epoch += 1;
    host.sequence = 0;
    while (true) {
      // It comes amid the forgeries of a millisecond, at another place each time.
      const int before = 7 * said % (a_second / 1000);
      for (int j = 0; j < before; ++j) driver.hear(forged, 66);
      ++said;
      if (driver.hear(host) == Outcome::kAccepted) break;
      flood(static_cast<int>(kInterval.count()));
    }
    flood(static_cast<int>(kInterval.count()));
  }
  return static_cast<double>(said) / kStarts;
}

}  // namespace

TEST_CASE("a host's allowance bounds its openings, and who knows all but its epoch spends none") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host, 1);
  Host forger = host;
  forger.credential.key[0] ^= 1;
  forger.epoch += 1;
  // From the host's own address, until nothing is left for what does not know the epoch.
  int opened = 0;
  while (driver.hear(forger, 1) == Outcome::kBadTag) ++opened;
  CHECK(opened == static_cast<int>(kNewcomersPerSecond));  // The first contact took one.
  for (int i = 0; i < kOwnBurst; ++i) CHECK(driver.hear(host, 1) == Outcome::kAccepted);
  CHECK(driver.hear(host, 1) == Outcome::kOverBudget);
  driver.pass(500ms);
  CHECK(driver.hear(host, 1) == Outcome::kAccepted);
}

TEST_CASE("while somebody floods with one host's id, another that starts anew is heard at once") {
  FleetDriver driver;
  Host attacked("attacked");
  Host other("other");
  driver.hear(attacked);
  driver.hear(other);
  Host forger = attacked;
  forger.credential.key[0] ^= 1;
  const auto flood = [&] {
    ++forger.epoch;
    while (driver.hear(forger, 66) == Outcome::kBadTag) continue;
  };
  flood();
  Host newcomer("newcomer");
  CHECK(driver.hear(newcomer) == Outcome::kOverBudget);
  other.epoch += 1;
  CHECK(driver.hear(other) == Outcome::kAccepted);
  // A second's inflow lets in who comes first, the attacked host too.
  driver.pass(1s);
  attacked.epoch += 1;
  CHECK(driver.hear(attacked) == Outcome::kAccepted);
}

TEST_CASE("a whole fleet that registers, moves or starts anew at once is in at once") {
  FleetOptions options = FleetDriver::default_options();
  options.capacity = 1024;
  FleetDriver driver(options);
  std::vector<Host> fleet;
  for (std::uint32_t i = 0; i < options.capacity; ++i) {
    fleet.emplace_back("host-" + std::to_string(i));
  }
  for (std::uint8_t from = 1; from < 4; ++from) {
    for (Host& host : fleet) REQUIRE(driver.hear(host, from) == Outcome::kAccepted);
    driver.pass(1s);
    CHECK(driver.view.head.counts.healthy == options.capacity);
    if (from == 2) {
      for (Host& host : fleet) host.epoch += 1;
    }
  }
}

TEST_CASE("forgeries of its host delay an agent that starts anew by R / 16,666 intervals") {
  for (const int a_second : {10'000, 50'000, 100'000}) {
    const double expected = std::max(1.0, static_cast<double>(a_second) / kNewcomersPerSecond);
    const double measured = snapshots_under_forgery(a_second);
    CAPTURE(a_second);
    CAPTURE(measured);
    CHECK(measured >= 0.6 * expected);
    CHECK(measured <= 1.6 * expected);
  }
}
