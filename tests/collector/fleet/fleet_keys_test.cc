// Live fleet keys: hosts that change theirs, and what is told of datagrams under a key that is not
// live.

#include <doctest/doctest.h>

#include "collector/fleet/fleet.h"
#include "tests/harness/fleet_driver.h"

namespace flatline::test {
namespace {

const FleetKey kOne = fixed_key(1);
const FleetKey kTwo = fixed_key(2);

/// Gives a host the credential of another key, as an agent that is reloaded takes it: its epoch and
/// its sequence go on.
void take_credential(Host& host, const FleetKey& key) {
  host.credential = make_credential(key, host.credential.name, 0);
}

/// A fleet whose one host spoke with key 1 and is silent since key 2 alone is live.
struct Left : FleetDriver {
  Left() {
    REQUIRE(hear(host) == Outcome::kAccepted);
    tick();
    fleet.set_keys({kTwo});
    pass(6s);
    REQUIRE(state_of(host) == HostState::kSilent);
    REQUIRE(view.head.notice_count == 0);
  }
  Host host{"web-1", kOne};
};

TEST_CASE("a host that takes another live key's credential goes on without one refusal") {
  FleetDriver driver;
  Host host("web-1", kOne);
  driver.fleet.set_keys({kOne, kTwo});
  for (int i = 0; i < 3; ++i) REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).key_id == 1);
  take_credential(host, kTwo);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).key_id == 2);
  CHECK(driver.record_of(host).lost == 0);
  take_credential(host, kOne);  // It may go back.
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  driver.tick();
  CHECK(driver.view.head.live_keys.count == 2);
  CHECK(driver.view.head.live_keys.has(1));
  CHECK(driver.view.head.live_keys.has(2));
}

TEST_CASE("dropping a key says how many hosts spoke last with it") {
  FleetDriver driver;
  driver.fleet.set_keys({kOne, kTwo});
  Host old_host("old", kOne);
  Host new_host("new", kTwo);
  Host gone("gone", kOne);
  for (Host* host : {&old_host, &new_host, &gone})
    REQUIRE(driver.hear(*host) == Outcome::kAccepted);
  driver.fleet.forget(gone.credential.agent_id);
  CHECK(driver.fleet.set_keys({kTwo, kOne}) == 0);
  CHECK(driver.fleet.set_keys({kTwo}) == 1);
  CHECK(driver.fleet.set_keys({kTwo}) == 0);
  driver.tick();
  CHECK(driver.view.head.live_keys.count == 1);
  CHECK_FALSE(driver.view.head.live_keys.has(1));
}

TEST_CASE("a silent host that a datagram under a dropped key names is a notice until it is heard") {
  Left left;
  REQUIRE(left.hear(left.host) == Outcome::kUnknownKey);
  left.tick();
  REQUIRE(left.view.head.notice_count == 1);
  const Notice& notice = left.view.head.notices[0];
  CHECK(notice.host == HostName{"web-1"});
  CHECK(notice.outcome == Outcome::kUnknownKey);
  CHECK(notice.key_id == 1);
  CHECK_FALSE(notice.is_proved());
  CHECK(left.record_of(left.host).refused_at == left.now);
  CHECK(left.record_of(left.host).refused_key_id == 1);
  CHECK(left.state_of(left.host) == HostState::kSilent);

  left.pass(1s);
  CHECK(left.view.head.notice_count == 1);
  take_credential(left.host, kTwo);
  REQUIRE(left.hear(left.host) == Outcome::kAccepted);
  left.tick();
  CHECK(left.view.head.notice_count == 0);
  CHECK(left.state_of(left.host) == HostState::kHealthy);
}

TEST_CASE(
    "putting the key back takes the notice away, and the host is healthy with its next word") {
  Left left;
  REQUIRE(left.hear(left.host) == Outcome::kUnknownKey);
  left.fleet.set_keys({kTwo, kOne});
  left.tick();
  CHECK(left.view.head.notice_count == 0);
  CHECK(left.state_of(left.host) == HostState::kSilent);
  REQUIRE(left.hear(left.host) == Outcome::kAccepted);
  left.tick();
  CHECK(left.state_of(left.host) == HostState::kHealthy);
}

TEST_CASE("a host that was only expected, and speaks with a key that is not live, is a notice") {
  FleetDriver driver;
  Host host("web-1", kTwo);
  driver.fleet.expect(host.credential.agent_id, HostName{"web-1"}, driver.arrival().wall);
  REQUIRE(driver.hear(host) == Outcome::kUnknownKey);
  driver.tick();
  REQUIRE(driver.view.head.notice_count == 1);
  CHECK(driver.view.head.notices[0].key_id == 2);
  CHECK_FALSE(driver.record_of(host).has_spoken);
  driver.fleet.forget(host.credential.agent_id);
  driver.tick();
  CHECK(driver.view.head.notice_count == 0);  // Nobody waits for it any more.
}

TEST_CASE("a forged header makes no notice of a host that speaks, nor of one that nobody knows") {
  FleetDriver driver;
  Host host("web-1", kOne);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  const HostRecord before = driver.record_of(host);
  Host forged("web-1", kTwo);
  Host stranger("nobody", kTwo);
  CHECK(driver.hear(forged) == Outcome::kUnknownKey);
  CHECK(driver.hear(stranger) == Outcome::kUnknownKey);
  driver.tick();
  CHECK(driver.view.head.notice_count == 0);
  CHECK(driver.record_of(host).refused_at == before.refused_at);
}

TEST_CASE("a datagram under a key that is not live keeps no host from being forgotten or judged") {
  Left left;
  const Duration watched = left.record_of(left.host).watched_at;
  left.pass(10s);
  REQUIRE(left.hear(left.host) == Outcome::kUnknownKey);
  left.tick();
  CHECK(left.record_of(left.host).watched_at == watched);
  CHECK(left.state_of(left.host) == HostState::kSilent);
}

TEST_CASE("what a checkpoint knew is the key of a host that has not spoken since the start") {
  FleetDriver driver;
  const Host host("web-1", kOne);
  RestoredHost tenancy;
  tenancy.slot = 3;
  tenancy.agent_id = host.credential.agent_id;
  tenancy.name = HostName{"web-1"};
  tenancy.interval = Milliseconds{1000};
  tenancy.last.epoch = 1000;
  tenancy.last.key_id = 1;
  REQUIRE(driver.fleet.restore(tenancy, driver.now));
  driver.tick();
  CHECK(driver.record_of(host).has_spoken);
  CHECK(driver.record_of(host).received == 0);
  driver.fleet.set_keys({kOne, kTwo});
  CHECK(driver.fleet.set_keys({kTwo}) == 1);  // Dropping it refuses the host like any other.
  CHECK(driver.fleet.set_keys({kTwo}) == 0);
}

}  // namespace
}  // namespace flatline::test
