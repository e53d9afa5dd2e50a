// Tests how long people are told of a host that was refused: until what they are told is over.

#include "collector/fleet/notices.h"

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

namespace flatline::test {
namespace {

std::uint32_t told_of(FleetDriver& driver) {
  return driver.tick().head.notice_count;
}

void register_host(FleetDriver& driver, Host& host) {
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  driver.tick();
}

}  // namespace

TEST_CASE("a host with a wrong clock is told of until it is heard") {
  FleetDriver driver;
  Host host("web-1");
  host.wall_ahead = 1h;
  REQUIRE(driver.hear(host) == Outcome::kSkewed);
  CHECK(told_of(driver) == 1);
  CHECK(driver.view.head.notices[0].at == driver.now);
  driver.pass(3s);
  CHECK(told_of(driver) == 1);  // Nothing was mended.
  host.wall_ahead = 0h;
  ++host.epoch;
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(told_of(driver) == 0);
}

TEST_CASE("a host that was forgotten is told of until it is admitted, and again where it is not") {
  FleetDriver driver;
  Host host("web-1");
  register_host(driver, host);
  REQUIRE(driver.fleet.forget(host.credential.agent_id).result == ActionResult::kDone);
  REQUIRE(driver.hear(host) == Outcome::kTombstoned);
  CHECK(told_of(driver) == 1);
  REQUIRE(driver.fleet.admit(host.credential.agent_id).result == ActionResult::kDone);
  CHECK(told_of(driver) == 0);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  REQUIRE(driver.fleet.forget(host.credential.agent_id).result == ActionResult::kDone);
  REQUIRE(driver.hear(host) == Outcome::kTombstoned);
  CHECK(told_of(driver) == 1);
}

TEST_CASE("a revoked credential is told of until the revocation is lifted") {
  FleetDriver driver;
  Host host("web-1");
  const auto revoke = [&](std::uint16_t below) {
    driver.fleet.revoke(host.credential.agent_id, host.snapshot.name, below);
  };
  register_host(driver, host);
  revoke(3);
  REQUIRE(driver.hear(host) == Outcome::kRevoked);
  CHECK(told_of(driver) == 1);
  revoke(2);
  CHECK(told_of(driver) == 1);
  revoke(0);
  CHECK(told_of(driver) == 0);
}

TEST_CASE("one that goes on under another's credential is told of while the real host is heard") {
  FleetDriver driver;
  Host host("web-1");
  register_host(driver, host);
  driver.pass(1s);
  Host impostor = host;
  impostor.snapshot.name = HostName{"web-2"};
  impostor.epoch += 1;
  impostor.sequence = 0;
  REQUIRE(driver.hear(impostor) == Outcome::kNameMismatch);
  driver.pass(1s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(told_of(driver) == 1);
}

TEST_CASE("the others stay in their order when one is over") {
  Notices notices;
  for (const char* name : {"a", "b", "c"}) notices.add({HostName{name}, {}, Outcome::kSkewed});
  notices.remove_if([](const Notice& notice) { return notice.host == HostName{"b"}; });
  ViewHead head;
  notices.show(head);
  REQUIRE(head.notice_count == 2);
  CHECK(head.notices[0].host == HostName{"c"});
  CHECK(head.notices[1].host == HostName{"a"});
}

TEST_CASE("what is not proved never takes the place of what is, and gives its own to it") {
  Notices notices;
  const auto add = [&](const char* name, Outcome outcome) {
    notices.add({HostName{name}, {}, outcome});
  };
  const auto told = [&] {
    ViewHead head;
    notices.show(head);
    std::string names;
    for (std::uint32_t i = 0; i < head.notice_count; ++i) names += head.notices[i].host.view();
    return names;
  };
  for (const char* name : {"a", "b", "c", "d"}) add(name, Outcome::kSkewed);
  for (const char* name : {"u", "v", "w", "x"}) add(name, Outcome::kUnknownKey);
  CHECK(told() == "xwvudcba");
  add("y", Outcome::kUnknownKey);
  CHECK(told() == "yxwvdcba");
  add("e", Outcome::kStale);
  CHECK(told() == "eyxwdcba");
  add("w", Outcome::kUnknownKey);
  CHECK(told() == "weyxdcba");
  for (const char* name : {"f", "g", "h"}) add(name, Outcome::kSkewed);
  CHECK(told() == "hgfedcba");
  add("z", Outcome::kUnknownKey);
  CHECK(told() == "hgfedcba");
  add("i", Outcome::kSkewed);
  CHECK(told() == "ihgfedcb");
}

TEST_CASE("down are those that are known, not healthy and not drained") {
  FleetDriver driver;
  Host good("good");
  Host bad("bad");
  Host drained("drained");
  bad.snapshot.states[0] = drained.snapshot.states[0] = CheckState::kCritical;
  for (Host* host : {&good, &bad, &drained}) REQUIRE(driver.hear(*host) == Outcome::kAccepted);
  driver.fleet.drain(drained.credential.agent_id, driver.arrival().wall + 1h);
  driver.tick();
  CHECK(driver.view.head.counts.failing == 2);
  CHECK(driver.view.head.down == 1);
  driver.pass(10s);
  CHECK(driver.view.head.down == 2);
}

}  // namespace flatline::test
