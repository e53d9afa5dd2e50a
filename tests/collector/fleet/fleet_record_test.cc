// What a host's record says, field by field, as readers find it in the host table.

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

RestoredHost restored(const Host& host, std::uint32_t slot) {
  RestoredHost tenancy{slot, host.credential.agent_id, host.snapshot.name, kWallAtZero, 2s};
  tenancy.last = {host.epoch, host.sequence, host.credential.generation, host.credential.key_id,
                  plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown)};
  return tenancy;
}

/// The slots that the journal would be told of.
std::vector<std::uint32_t> changed(HostTable& table) {
  std::vector<std::uint32_t> slots(64);
  slots.resize(table.take_changed(slots));
  return slots;
}

}  // namespace

TEST_CASE("a record holds what the last snapshot said, and when and whence it came") {
  FleetDriver driver;
  Host host("host");
  host.snapshot.labels = Labels{"role=web"};
  host.snapshot.agent_version = 0x010203;
  host.snapshot.values[0] = 7.5F;
  driver.hear(host);
  driver.pass(1500ms);
  host.wall_ahead = 2s;
  host.snapshot.interval = 2s;
  const Instant arrival = driver.now;
  REQUIRE(driver.hear(host, 9) == Outcome::kAccepted);
  driver.pass(1s);
  const HostRecord record = driver.record_of(host);
  CHECK(record.heard);
  CHECK(record.heard_at == arrival);
  CHECK(record.labels.view() == "role=web");
  CHECK(record.agent_version == 0x010203);
  CHECK(record.values[0] == 7.5F);
  CHECK(record.states[0] == CheckState::kOk);
  CHECK(record.epoch == host.epoch);
  CHECK(record.sequence == 2);
  CHECK(record.received == 2);
  CHECK(record.uptime == host.snapshot.uptime);
  CHECK(record.skew == -2s);
  CHECK(record.source == address_of(9));
  CHECK(record.interval_ms == 2000);
  CHECK(record.key_id == 1);
  CHECK(record.credential_generation == 0);
  CHECK(record.config_hash == 1);
}

TEST_CASE("a host that was never heard has a record of nothing but its name") {
  FleetDriver driver;
  const Host host("host");
  driver.fleet.expect(host.credential.agent_id, host.snapshot.name, driver.arrival().wall);
  driver.tick();
  const HostRecord record = driver.record_of(host);
  CHECK(record.name.view() == "host");
  CHECK(record.awaited);
  CHECK_FALSE(record.heard);
  CHECK(record.agent_version == 0);
  CHECK(record.received == 0);
  CHECK(record.epoch == 0);
  CHECK(record.sequence == 0);
  CHECK(record.message_count == 0);
}

TEST_CASE("late is more lag than a window, and not a window") {
  for (const Milliseconds more : {0ms, 1ms}) {
    CAPTURE(more.count());
    FleetDriver driver;
    Host host("host");
    driver.hear(host);
    driver.pass(10s);
    // Of ten seconds 5 ms leak. What is left is the window of an interval of 1 s, 4.5 s.
    host.uptime_at_zero -= 4505ms + more;
    host.wall_ahead -= 4505ms + more;
    CHECK(driver.hear(host) == (more == 0ms ? Outcome::kAccepted : Outcome::kLate));
    CHECK(driver.record_of(host).lag == 4500ms + more);
    CHECK(driver.record_of(host).late == (more != 0ms));
  }
}

TEST_CASE("when a conflict is over the record names no other machine") {
  FleetDriver driver;
  Host original("host");
  driver.hear(original, 1);
  Host copy = original.clone();
  driver.hear(copy, 2);
  for (int i = 0; i < 3; ++i) driver.hear(original, 1);
  driver.hear(copy, 2);
  driver.tick();
  REQUIRE(driver.in(Plane::kConflict, original));
  CHECK(driver.record_of(original).conflict_source == address_of(1));
  for (int i = 0; i < 10; ++i) {
    driver.pass(1s);
    driver.hear(copy, 2);
  }
  CHECK_FALSE(driver.in(Plane::kConflict, original));
  CHECK(driver.record_of(original).conflict_source == Address{});
}

TEST_CASE("a host without checks keeps no names and no messages, nor does one that lost them") {
  FleetDriver driver;
  Host with("with");
  Host without("without");
  without.snapshot.states = {};
  without.snapshot.page = {};
  driver.hear(with);
  driver.hear(without);
  CHECK(driver.record_of(without).message_count == 0);
  CHECK(driver.record_of(without).check_names == decltype(HostRecord::check_names){});
  CHECK(driver.record_of(with).message_count == 1);

  with.snapshot.states = {};
  with.snapshot.page = {};
  with.snapshot.config_hash = 2;
  REQUIRE(driver.hear(with) == Outcome::kAccepted);
  CHECK(driver.record_of(with).message_count == 0);
  CHECK(driver.record_of(with).check_names == decltype(HostRecord::check_names){});
}

TEST_CASE("a reset says its slot, and leaves a record without an order") {
  FleetDriver driver;
  Host other("other");
  Host host("host");
  driver.hear(other);
  host.sequence = 40;
  driver.hear(host);
  const ActionEffect effect = driver.fleet.reset(host.credential.agent_id, kWallAtZero + 7s);
  CHECK(effect.result == ActionResult::kDone);
  CHECK(effect.place == driver.slot_of(host));
  CHECK(driver.record_of(host).epoch == 0);
  CHECK(driver.record_of(host).sequence == 0);
  CHECK(driver.record_of(host).reset_at == kWallAtZero + 7s);
  CHECK(driver.record_of(other).epoch == other.epoch);
}

TEST_CASE("a restored record has what the registry and the checkpoint kept") {
  FleetDriver driver;
  Host host("host");
  host.sequence = 40;
  host.credential = make_credential(fixed_key(), "host", 2);
  RestoredHost tenancy = restored(host, 5);
  tenancy.reset_at = kWallAtZero + 3s;
  tenancy.drained_until = kWallAtZero + 9h;
  REQUIRE(driver.fleet.restore(tenancy, driver.now));
  driver.tick();
  const HostRecord record = driver.record_of(host);
  CHECK(record.registered_at == kWallAtZero);
  CHECK(record.interval_ms == 2000);
  CHECK(record.epoch == host.epoch);
  CHECK(record.sequence == 40);
  CHECK(record.credential_generation == 2);
  CHECK(record.key_id == 1);
  CHECK(record.drained_until == kWallAtZero + 9h);
  CHECK(record.reset_at == kWallAtZero + 3s);
  CHECK_FALSE(record.heard);
}

TEST_CASE("who is forgotten before it is heard again stays out up to its restored generation") {
  FleetDriver driver;
  Host host("host");
  host.credential = make_credential(fixed_key(), "host", 2);
  REQUIRE(driver.fleet.restore(restored(host, 5), driver.now));
  CHECK(driver.fleet.forget(host.credential.agent_id).result == ActionResult::kDone);
  CHECK(driver.hear(host) == Outcome::kTombstoned);
  host.credential = make_credential(fixed_key(), "host", 3);
  CHECK(driver.hear(host) == Outcome::kAccepted);
}

TEST_CASE("forgetting a host that is awaited takes nothing from the one that spoke last") {
  FleetDriver driver;
  Host speaker("speaker");
  const Host awaited("awaited");
  driver.fleet.expect(awaited.credential.agent_id, awaited.snapshot.name, driver.arrival().wall);
  driver.hear(speaker);
  driver.fleet.forget(awaited.credential.agent_id);
  const CheckNameId name = driver.record_of(speaker).check_names[0];
  CHECK(driver.host_table.check_name(name).view() == "load");
}

TEST_CASE("a new host's interval is stored with it, and a change not before its period") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  driver.tick();
  const std::vector slots{*driver.slot_of(host)};
  CHECK(changed(driver.host_table) == slots);
  host.snapshot.interval = 2s;
  const Instant entered = driver.now;
  while (driver.now + 1s < entered + kHostStorePeriod) {
    driver.pass(1s);
    driver.hear(host);
    CHECK(changed(driver.host_table).empty());
  }
  driver.pass(1s);
  driver.hear(host);
  CHECK(changed(driver.host_table) == slots);
}

TEST_CASE("a restored host's interval is stored already, and is not stored again") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(driver.fleet.restore(restored(host, 5), driver.now));
  driver.tick();
  changed(driver.host_table);
  host.snapshot.interval = 2s;  // As it was.
  driver.pass(kHostStorePeriod + 1s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(changed(driver.host_table).empty());
  host.snapshot.interval = 3s;
  driver.pass(1s);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(changed(driver.host_table) == std::vector<std::uint32_t>{5});
}

TEST_CASE("who fell silent two months ago is silent, though deadlines wrap within 50 days") {
  FleetOptions options = FleetDriver::default_options();
  options.tick = kMaxTick;
  options.min_interval = kMaxInterval;
  FleetDriver driver(options);
  Host host("host");
  host.snapshot.interval = kMaxInterval;
  driver.hear(host);
  for (int day = 0; day < 60; ++day) {
    driver.pass(24h);
    CHECK(driver.state_of(host) == HostState::kSilent);
  }
}

TEST_CASE("a new host's interval is stored with its registration, and that is enough") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  driver.tick();
  changed(driver.host_table);
  for (int i = 0; i < 70; ++i) {
    driver.pass(1s);
    driver.hear(host);
  }
  CHECK(changed(driver.host_table).empty());
}

TEST_CASE("a reset names no other machine, whatever was in conflict") {
  FleetDriver driver;
  Host original("host");
  driver.hear(original, 1);
  Host copy = original.clone();
  driver.hear(copy, 2);
  for (int i = 0; i < 3; ++i) driver.hear(original, 1);
  REQUIRE(driver.record_of(original).conflict_source == address_of(1));
  driver.fleet.reset(original.credential.agent_id, kWallAtZero);
  CHECK(driver.record_of(original).conflict_source == Address{});
}

TEST_CASE("who is forgotten with an unknown generation stays out at every generation") {
  FleetDriver driver;
  Host host("host");
  RestoredHost tenancy = restored(host, 5);
  tenancy.last = {};
  REQUIRE(driver.fleet.restore(tenancy, driver.now));
  CHECK(driver.fleet.forget(host.credential.agent_id).result == ActionResult::kDone);
  host.credential = make_credential(fixed_key(), "host", kMaxCredentialGeneration);
  CHECK(driver.hear(host) == Outcome::kTombstoned);
}
