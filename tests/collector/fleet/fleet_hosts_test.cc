// Hosts register, send, fall silent, come back and leave.

#include <doctest/doctest.h>

#include <array>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

TEST_CASE("a first snapshot registers its host") {
  FleetDriver driver;
  Host web("web-1");
  CHECK(driver.hear(web) == Outcome::kAccepted);
  driver.tick();
  CHECK(driver.state_of(web) == HostState::kHealthy);
  CHECK(driver.view.head.counts.hosts == 1);
  CHECK(driver.view.head.counts.healthy == 1);
  CHECK(driver.view.head.generation == (std::uint64_t{3} << 32) + 1);
  const HostRecord record = driver.record_of(web);
  CHECK(record.name.view() == "web-1");
  CHECK(record.registered);
  CHECK(record.received == 1);
  CHECK(driver.host_table.check_name(record.check_names[0]).view() == "load");
}

TEST_CASE("one bit a state: what a snapshot says is what the planes show") {
  struct Row {
    CheckState state;
    bool healthy;
    bool warning;
  };
  const Row rows[] = {{CheckState::kOk, true, false},
                      {CheckState::kPending, true, false},
                      {CheckState::kWarning, true, true},
                      {CheckState::kCritical, false, false},
                      {CheckState::kUnknown, false, false}};
  for (const Row& row : rows) {
    FleetDriver driver;
    Host host("host");
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
    host.snapshot.states[0] = row.state;
    host.snapshot.states[31] = CheckState::kOk;
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
    driver.tick();
    CAPTURE(check_state_name(row.state));
    CHECK(driver.in(Plane::kReporting, host));
    CHECK(driver.in(Plane::kHealthy, host) == row.healthy);
    CHECK(driver.in(Plane::kWarning, host) == row.warning);
  }
}

TEST_CASE("silence begins at the window's end, to the nanosecond, and ends with the next word") {
  FleetDriver driver;
  Host web("web-1");
  driver.hear(web);
  const Instant heard = driver.now;
  driver.pass(4s);
  driver.now = heard + 4500ms - 1ns;
  driver.tick();
  CHECK(driver.state_of(web) == HostState::kHealthy);
  driver.now = heard + 4500ms;
  driver.tick();
  CHECK(driver.state_of(web) == HostState::kSilent);
  CHECK_FALSE(driver.in(Plane::kHealthy, web));
  CHECK(driver.in(Plane::kKnown, web));
  CHECK(driver.view.head.counts.silent == 1);

  CHECK(driver.hear(web) == Outcome::kAccepted);
  driver.tick();
  CHECK(driver.state_of(web) == HostState::kHealthy);
}

TEST_CASE("a host's window follows its own interval") {
  FleetDriver driver;
  Host slow("slow");
  slow.snapshot.interval = 10s;
  driver.hear(slow);
  driver.pass(44s);
  CHECK(driver.state_of(slow) == HostState::kHealthy);
  driver.pass(2s);
  CHECK(driver.state_of(slow) == HostState::kSilent);
}

TEST_CASE("capacity + 1: the last is refused and named, the others are untouched") {
  FleetOptions options = FleetDriver::default_options();
  options.capacity = 64;
  FleetDriver driver(options);
  std::vector<Host> hosts;
  for (int i = 0; i < 64; ++i) {
    hosts.emplace_back("host-" + std::to_string(i));
    if (i % 32 == 0) driver.tick();
    REQUIRE(driver.hear(hosts.back()) == Outcome::kAccepted);
  }
  driver.tick();
  Host last("one-too-many");
  CHECK(driver.hear(last) == Outcome::kFleetFull);
  driver.tick();
  CHECK(driver.view.head.counts.hosts == 64);
  CHECK(driver.view.head.counts.healthy == 64);
  CHECK_FALSE(driver.state_of(last));
  REQUIRE(driver.view.head.notice_count == 1);
  CHECK(driver.view.head.notices[0].host.view() == "one-too-many");
  CHECK(driver.view.head.notices[0].outcome == Outcome::kFleetFull);
}

TEST_CASE("a host that leaves frees its slot, and an old datagram does not bring it back") {
  FleetDriver driver;
  Host web("web-1");
  driver.hear(web);
  const Datagram overtaken = web.say(driver.now);
  const auto generation = driver.tick().head.generation;
  web.snapshot.leaving = true;
  CHECK(driver.hear(web) == Outcome::kAccepted);
  CHECK(driver.hear(web) == Outcome::kAccepted);  // An agent repeats `leaving` for a few intervals.
  driver.tick();
  CHECK(driver.view.head.counts.hosts == 0);
  CHECK(driver.view.head.generation == generation + 1);
  CHECK(driver.hear(overtaken) == Outcome::kStale);

  web.snapshot.leaving = false;
  web.epoch += 1;
  web.sequence = 0;
  CHECK(driver.hear(web) == Outcome::kAccepted);
  driver.tick();
  CHECK(driver.slot_of(web) == 0);  // Nobody took its slot meanwhile.
}

TEST_CASE("who left is not registered by a recording, after others took and left its slot") {
  FleetDriver driver;
  Host first("first");
  driver.hear(first);
  const Datagram recorded = first.say(driver.now);
  const auto leave = [&](Host& host) {
    host.snapshot.leaving = true;
    return driver.hear(host);
  };
  CHECK(leave(first) == Outcome::kAccepted);
  for (std::uint32_t i = 0; i < 4 * driver.options.capacity; ++i) {
    Host next("next-" + std::to_string(i));
    REQUIRE(driver.hear(next) == Outcome::kAccepted);
    REQUIRE(leave(next) == Outcome::kAccepted);
  }
  CHECK(driver.hear(recorded) == Outcome::kStale);
  driver.tick();
  CHECK(driver.view.head.counts.hosts == 0);
  // It can come back itself, and then its departure is forgotten.
  first.snapshot.leaving = false;
  CHECK(driver.hear(first) == Outcome::kAccepted);
  CHECK(driver.hear(recorded) == Outcome::kStale);
}

TEST_CASE("a reset forgets what is remembered of a host that left") {
  FleetDriver driver;
  Host first("first");
  driver.hear(first);
  first.snapshot.leaving = true;
  driver.hear(first);
  for (std::uint32_t i = 0; i < driver.options.capacity; ++i) {
    Host next("next-" + std::to_string(i));
    driver.hear(next);
  }
  const AgentId agent = first.credential.agent_id;
  CHECK(driver.fleet.reset(agent, kWallAtZero).result == ActionResult::kDone);
  CHECK(driver.fleet.reset(agent, kWallAtZero).result == ActionResult::kNoHost);
}

TEST_CASE(
    "a reset of a host that left, came back and left again forgets its first departure, too") {
  FleetDriver driver;
  Host first("first");
  first.epoch = 5000;  // Its clock was in the future.
  const auto leave = [&] {
    first.snapshot.leaving = true;
    REQUIRE(driver.hear(first) == Outcome::kAccepted);
    first.snapshot.leaving = false;
  };
  std::uint32_t others = 0;
  const auto others_take_its_slot = [&] {
    for (std::uint32_t i = 0; i < driver.options.capacity; ++i) {
      Host other("other-" + std::to_string(++others));
      REQUIRE(driver.hear(other) == Outcome::kAccepted);
      other.snapshot.leaving = true;
      REQUIRE(driver.hear(other) == Outcome::kAccepted);
    }
  };
  REQUIRE(driver.hear(first) == Outcome::kAccepted);
  leave();
  others_take_its_slot();
  REQUIRE(driver.hear(first) == Outcome::kAccepted);
  leave();
  CHECK(driver.fleet.reset(first.credential.agent_id, kWallAtZero).result == ActionResult::kDone);
  others_take_its_slot();
  first.epoch = 1000;
  first.sequence = 0;
  CHECK(driver.hear(first) == Outcome::kAccepted);
}

TEST_CASE("slots are reused oldest freed first") {
  FleetOptions options = FleetDriver::default_options();
  options.capacity = 64;
  FleetDriver driver(options);
  std::vector<Host> hosts;
  for (int i = 0; i < 64; ++i) {
    hosts.emplace_back("host-" + std::to_string(i));
    if (i % 32 == 0) driver.tick();
    driver.hear(hosts.back());
  }
  for (const int i : {5, 3}) {
    hosts[static_cast<std::size_t>(i)].snapshot.leaving = true;
    driver.hear(hosts[static_cast<std::size_t>(i)]);
  }
  driver.tick();
  Host first("first");
  Host second("second");
  driver.hear(first);
  driver.hear(second);
  CHECK(driver.slot_of(first) == 5);
  CHECK(driver.slot_of(second) == 3);
}

TEST_CASE("restored hosts are unknown until heard, and silent one window later") {
  FleetDriver driver;
  Host alive("alive");
  Host dead("dead");
  REQUIRE(
      driver.fleet.restore({9, alive.credential.agent_id, HostName{"alive"}, {}, 1s}, driver.now));
  REQUIRE(
      driver.fleet.restore({4, dead.credential.agent_id, HostName{"dead"}, {}, 1s}, driver.now));
  CHECK_FALSE(driver.fleet.restore({4, AgentId{77}, HostName{"x"}, {}, 1s}, driver.now));
  CHECK_FALSE(driver.fleet.restore({128, AgentId{78}, HostName{"x"}, {}, 1s}, driver.now));
  CHECK_FALSE(
      driver.fleet.restore({5, dead.credential.agent_id, HostName{"dead"}, {}, 1s}, driver.now));
  driver.tick();
  CHECK(driver.state_of(alive) == HostState::kUnknown);
  CHECK_FALSE(driver.in(Plane::kKnown, dead));
  CHECK(driver.view.head.counts.unknown == 2);
  CHECK(driver.hear(alive) == Outcome::kAccepted);
  CHECK(driver.slot_of(alive) == 9);
  driver.next_tick = driver.now;
  driver.pass(4s);
  CHECK(driver.state_of(dead) == HostState::kUnknown);
  driver.hear(alive);
  driver.pass(1s);
  CHECK(driver.state_of(alive) == HostState::kHealthy);
  CHECK(driver.state_of(dead) == HostState::kSilent);
}

TEST_CASE("a late snapshot is shown, and does not count as heard") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  const Instant heard_at = driver.now;
  CHECK_FALSE(driver.record_of(host).late);
  // The host dies, and its next snapshots come 20 s too late.
  std::vector<Datagram> held;
  for (int i = 1; i <= 5; ++i) held.push_back(host.say(driver.now + i * 1s));
  driver.pass(20s);
  for (const Datagram& datagram : held) {
    REQUIRE(driver.hear(datagram) == Outcome::kLate);
    const HostRecord record = driver.record_of(host);
    CHECK(record.heard_at == heard_at);
    CHECK(record.late);
    CHECK(record.lag > 4500ms);
    driver.pass(1s);
  }
  CHECK(driver.record_of(host).sequence == 6);
  CHECK(driver.record_of(host).received == 6);
  CHECK(driver.state_of(host) == HostState::kSilent);

  // A reset forgets the lag, and what comes next counts.
  REQUIRE(driver.fleet.reset(host.credential.agent_id, kWallAtZero).result == ActionResult::kDone);
  CHECK_FALSE(driver.record_of(host).late);
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).heard_at == driver.now);
  CHECK_FALSE(driver.record_of(host).late);
}

TEST_CASE("a host that takes a new credential while its epoch goes on is heard under its key") {
  FleetDriver driver;
  Host host("host");
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  for (const int generation : {1, 3, 3}) {
    CAPTURE(generation);
    host.credential =
        make_credential(host.fleet_key, "host", static_cast<std::uint16_t>(generation));
    driver.pass(1s);
    CHECK(driver.hear(host) == Outcome::kAccepted);
    CHECK(driver.record_of(host).credential_generation == generation);
  }
}

TEST_CASE("a delay that stays is late until the host is reset, and counts no more from then on") {
  constexpr Duration kDelay = 19s;
  FleetDriver driver;
  Host host("host");
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  driver.pass(20s);
  const auto hear_delayed = [&] {
    driver.pass(1s);
    return driver.hear(host.say(driver.now - kDelay));
  };
  for (int i = 0; i < 3; ++i) CHECK(hear_delayed() == Outcome::kLate);
  REQUIRE(driver.fleet.reset(host.credential.agent_id, kWallAtZero).result == ActionResult::kDone);
  for (int i = 0; i < 3; ++i) CHECK(hear_delayed() == Outcome::kAccepted);
}

TEST_CASE("messages: not-OK ones drive out OK ones, another configuration voids all") {
  FleetOptions options = FleetDriver::default_options();
  options.messages_per_host = 2;
  FleetDriver driver(options);
  Host host("host");
  const auto say_page = [&](std::uint8_t index, CheckState state) {
    host.snapshot.states[0] = CheckState::kOk;
    host.snapshot.states[index] = state;
    host.snapshot.page = {index, state, 5, CheckName{"check-" + std::to_string(index)},
                          Message{"message " + std::to_string(index)}};
    driver.tick();
    return driver.hear(host);
  };
  const auto kept = [&] {
    std::array<KeptMessage, kChecks> messages;
    HostRecord record;
    REQUIRE(driver.host_table.read(*driver.slot_of(host), record, messages));
    std::vector<std::string> texts;
    for (unsigned i = 0; i < record.message_count; ++i) {
      texts.emplace_back(messages[i].message.view());
    }
    return texts;
  };
  REQUIRE(say_page(1, CheckState::kOk) == Outcome::kAccepted);
  REQUIRE(say_page(2, CheckState::kOk) == Outcome::kAccepted);
  REQUIRE(say_page(3, CheckState::kOk) == Outcome::kAccepted);
  CHECK(kept() == std::vector<std::string>{"message 1", "message 2"});
  REQUIRE(say_page(4, CheckState::kCritical) == Outcome::kAccepted);
  CHECK(kept() == std::vector<std::string>{"message 4", "message 2"});
  host.snapshot.config_hash = 2;
  REQUIRE(say_page(1, CheckState::kOk) == Outcome::kAccepted);
  CHECK(kept() == std::vector<std::string>{"message 1"});
  const HostRecord record = driver.record_of(host);
  CHECK(record.check_names[4] == 0);
  CHECK(record.check_names[1] != 0);
}

TEST_CASE("a host's interval reaches the registry with the host, and again once a minute at most") {
  FleetDriver driver;
  std::array<std::uint32_t, 8> slots{};
  Host host("host");
  host.snapshot.interval = 2s;
  driver.hear(host);
  REQUIRE(driver.host_table.take_changed(slots) == 1);
  // The reader that takes the mark finds the new interval in the row.
  CHECK(driver.record_of(host).interval_ms == 2000);
  unsigned marks = 0;
  for (int i = 0; i < 300; ++i) {
    host.snapshot.interval = i % 2 == 0 ? 1001ms : 2000ms;
    driver.pass(1s);
    CHECK(driver.hear(host) == Outcome::kAccepted);
    marks += driver.host_table.take_changed(slots) > 0 ? 1 : 0;
  }
  CHECK(marks >= 1);
  CHECK(marks <= 5);
  host.snapshot.interval = 3s;
  for (int i = 0; i < 70; ++i) {
    driver.pass(1s);
    driver.hear(host);
  }
  CHECK(driver.host_table.take_changed(slots) == 1);
  CHECK(driver.record_of(host).interval_ms == 3000);
}
