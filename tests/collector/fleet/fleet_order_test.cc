// Tests order, clones and lag: what a datagram may and may not do to a host.

#include <doctest/doctest.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

TEST_CASE("only (epoch, sequence) above the last accepted counts") {
  struct Row {
    std::uint64_t epoch;
    std::uint64_t sequence;
    Outcome outcome;
  };
  // The last accepted is (1000, 50).
  const Row rows[] = {{1000, 50, Outcome::kStale},    {1000, 49, Outcome::kStale},
                      {1000, 1, Outcome::kStale},     {999, 51, Outcome::kStale},
                      {999, ~0ULL, Outcome::kStale},  {0, ~0ULL, Outcome::kStale},
                      {1000, 51, Outcome::kAccepted}, {1000, ~0ULL, Outcome::kAccepted},
                      {1001, 1, Outcome::kAccepted},  {~0ULL, 1, Outcome::kAccepted}};
  for (const Row& row : rows) {
    FleetDriver driver;
    Host host("host");
    host.sequence = 49;
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
    host.epoch = row.epoch;
    host.sequence = row.sequence - 1;
    CAPTURE(row.epoch);
    CAPTURE(row.sequence);
    CHECK(driver.hear(host) == row.outcome);
  }
}

TEST_CASE("duplicates and reordering move nothing backwards") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  const Datagram healthy = host.say(driver.now);
  host.snapshot.states[0] = CheckState::kCritical;
  const Datagram failing = host.say(driver.now);
  CHECK(driver.hear(failing) == Outcome::kAccepted);
  CHECK(driver.hear(failing) == Outcome::kStale);
  CHECK(driver.hear(healthy) == Outcome::kStale);
  driver.tick();
  CHECK(driver.state_of(host) == HostState::kFailing);
  CHECK(driver.record_of(host).lost == 1);
}

TEST_CASE("the tests, cheapest first, each with its outcome") {
  FleetDriver driver;
  Host host("host");
  Datagram good = host.say(driver.now);
  const auto hear = [&](std::span<const std::byte> bytes) {
    return driver.fleet.accept(bytes, address_of(7), driver.arrival());
  };
  CHECK(hear(std::span(good).first(559)) == Outcome::kWrongSize);
  Datagram bad = good;
  bad[0] ^= std::byte{1};
  CHECK(hear(bad) == Outcome::kWrongMagic);
  bad = good;
  bad[4] = std::byte{2};
  CHECK(hear(bad) == Outcome::kWrongVersion);
  bad = good;
  bad[5] = std::byte{9};
  CHECK(hear(bad) == Outcome::kUnknownKey);
  bad = good;
  bad[100] ^= std::byte{1};
  CHECK(hear(bad) == Outcome::kBadTag);
  bad = good;
  bad[24] ^= std::byte{1};  // The sequence is part of the nonce.
  CHECK(hear(bad) == Outcome::kBadTag);

  Host fast("fast");
  fast.snapshot.interval = 999ms;  // Below the collector's min_interval.
  CHECK(driver.hear(fast) == Outcome::kMalformed);
  Host liar("liar");
  liar.snapshot.name = HostName{"host"};
  CHECK(driver.hear(liar) == Outcome::kNameMismatch);
  Host skewed("skewed");
  skewed.wall_ahead = 5min + 1s;
  CHECK(driver.hear(skewed) == Outcome::kSkewed);
  skewed.wall_ahead = -(5min + 1s);
  CHECK(driver.hear(skewed) == Outcome::kSkewed);
  skewed.wall_ahead = 5min;
  CHECK(driver.hear(skewed) == Outcome::kAccepted);
  CHECK(hear(good) == Outcome::kAccepted);
  driver.tick();
  CHECK(driver.view.head.counts.hosts == 2);
  CHECK(driver.view.head.outcomes[static_cast<std::size_t>(Outcome::kBadTag)] == 2);
}

TEST_CASE("a known host's clock may jump a year: no verdict rests on it") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  for (const Duration jump : {Duration{24h * 365}, Duration{-24h * 365}}) {
    host.wall_ahead = jump;
    CHECK(driver.hear(host) == Outcome::kAccepted);
    driver.tick();
    CHECK(driver.state_of(host) == HostState::kHealthy);
    CHECK(driver.record_of(host).skew == -std::chrono::floor<Milliseconds>(jump));
  }
}

TEST_CASE("two machines with one credential: conflict, both addresses, no flip-flop") {
  FleetDriver driver;
  Host original("host");
  driver.hear(original, 1);
  Host copy = original.clone();
  copy.snapshot.states[0] = CheckState::kCritical;
  CHECK(driver.hear(copy, 2) == Outcome::kAccepted);
  for (int i = 0; i < 2; ++i) {
    CHECK(driver.hear(original, 1) == Outcome::kStale);
    driver.tick();
    CHECK_FALSE(driver.in(Plane::kConflict, original));
  }
  CHECK(driver.hear(original, 1) == Outcome::kStale);
  driver.tick();
  CHECK(driver.in(Plane::kConflict, original));
  CHECK(driver.state_of(original) == HostState::kFailing);  // The newer epoch says so.
  CHECK(driver.record_of(original).source == address_of(2));
  CHECK(driver.record_of(original).conflict_source == address_of(1));

  // Only the copy goes on, so the conflict ends within a window.
  driver.next_tick = driver.now;
  for (int i = 0; i < 6; ++i) {
    driver.pass(1s);
    driver.hear(copy, 2);
  }
  driver.tick();
  CHECK_FALSE(driver.in(Plane::kConflict, original));
}

TEST_CASE("a clone that goes on is told, however often the other machine starts anew") {
  FleetDriver driver;
  Host original("host");
  driver.hear(original, 1);
  Host copy = original;
  copy.epoch += 10;
  driver.hear(copy, 2);
  for (int i = 0; i < 60; ++i) {
    driver.pass(1s);
    if (i % 7 == 0) copy.epoch += 1;
    CHECK(driver.hear(copy, 2) == Outcome::kAccepted);
    CHECK(driver.hear(original, 1) == Outcome::kStale);
    if (i > 3) CHECK(driver.in(Plane::kConflict, original));
  }
}

TEST_CASE("a host that a short-lived clone superseded is silent, but in conflict and named") {
  FleetDriver driver;
  Host original("host");
  driver.hear(original, 1);
  Host copy = original;
  copy.epoch += 10;
  for (int i = 0; i < 6; ++i) {
    driver.pass(1s);
    driver.hear(copy, 2);
    driver.hear(original, 1);
  }
  for (int i = 0; i < 30; ++i) {
    driver.pass(1s);
    CHECK(driver.hear(original, 1) == Outcome::kStale);
  }
  driver.tick();
  CHECK(driver.state_of(original) == HostState::kSilent);
  CHECK(driver.in(Plane::kConflict, original));
  CHECK(driver.record_of(original).conflict_source == address_of(1));
  REQUIRE(driver.view.head.notice_count == 1);
  CHECK(driver.view.head.notices[0].host == HostName{"host"});
  CHECK(driver.view.head.notices[0].outcome == Outcome::kStale);
  // Once it is quiet too, the mark goes within a window.
  driver.pass(6s);
  CHECK_FALSE(driver.in(Plane::kConflict, original));
  // What mends it: its agent starts anew.
  original.epoch += 20;
  CHECK(driver.hear(original, 1) == Outcome::kAccepted);
}

TEST_CASE("a machine put back repeats its sequences: silent, but named; a recording is neither") {
  FleetDriver driver;
  Host host("host");
  Host put_back = host;
  const Datagram recorded = host.say(driver.now);
  driver.hear(recorded);
  for (int i = 0; i < 20; ++i) {
    driver.pass(1s);
    driver.hear(host);
  }
  driver.pass(6s);
  CHECK(driver.hear(put_back) == Outcome::kStale);
  driver.tick();
  REQUIRE(driver.view.head.notice_count == 1);
  CHECK(driver.view.head.notices[0].host == HostName{"host"});

  FleetDriver later;
  later.hear(recorded);
  later.pass(kFirstContactSkew + 1s);
  CHECK(later.hear(recorded) == Outcome::kStale);
  later.tick();
  CHECK(later.view.head.notice_count == 0);
}

TEST_CASE("of an epoch that is not remembered, a recording older than five minutes is no clone") {
  for (const bool is_fresh : {true, false}) {
    FleetDriver driver;
    Host original("host");
    driver.hear(original, 1);
    std::vector<Datagram> recorded;
    for (int i = 0; i < 5; ++i) recorded.push_back(original.say(driver.now));
    Host host = original;
    for (int i = 0; i < 3; ++i) {
      host.epoch += 1;
      driver.hear(host, 1);
    }
    for (Duration passed{0}; passed < (is_fresh ? 0s : 301s); passed += 1s) {
      driver.pass(1s);
      driver.hear(host, 1);
    }
    for (const Datagram& datagram : recorded) CHECK(driver.hear(datagram, 9) == Outcome::kStale);
    driver.tick();
    CHECK(driver.in(Plane::kConflict, host) == is_fresh);
  }
}

TEST_CASE(
    "a restart is no conflict: at most two snapshots overtaken by it, and replays count once") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  const Datagram overtaken = host.say(driver.now);
  host.epoch += 1;
  host.sequence = 0;
  driver.hear(host);
  for (int i = 0; i < 5; ++i) CHECK(driver.hear(overtaken) == Outcome::kStale);
  driver.tick();
  CHECK_FALSE(driver.in(Plane::kConflict, host));
}

TEST_CASE("datagrams held back on their way do not keep a dead host alive") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  std::vector<Datagram> held;
  for (int i = 1; i <= 30; ++i) held.push_back(host.say(driver.now + i * 1s));
  // The host dies after 30 s, and somebody plays its datagrams at a third of their pace.
  int late = 0;
  for (const Datagram& datagram : held) {
    driver.pass(3s);
    late += driver.hear(datagram) == Outcome::kLate ? 1 : 0;
  }
  CHECK(late >= 26);
  driver.pass(5s);
  CHECK(driver.state_of(host) == HostState::kSilent);
  CHECK(driver.record_of(host).lag > 4500ms);
  CHECK(driver.record_of(host).sequence == 31);  // Late snapshots are shown nevertheless.
}

TEST_CASE("a host whose machine stood still is late until its clock is put right") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  driver.pass(60s);
  host.uptime_at_zero -= 60s;  // The machine stood still, and all its clocks with it.
  host.wall_ahead -= 60s;
  for (int i = 0; i < 30; ++i) {
    CHECK(driver.hear(host) == Outcome::kLate);
    driver.pass(1s);
  }
  CHECK(driver.state_of(host) == HostState::kSilent);
  host.wall_ahead = 0s;
  CHECK(driver.hear(host) == Outcome::kAccepted);
}

TEST_CASE("a first contact of epoch 0 or sequence 0 ends nothing, whatever was done to its slot") {
  FleetDriver driver;
  Host host("host");
  const auto say = [&](std::uint64_t epoch, std::uint64_t sequence) {
    host.epoch = epoch;
    host.sequence = sequence - 1;
    return driver.hear(host);
  };
  CHECK(say(0, 0) == Outcome::kStale);
  CHECK(say(0, 1) == Outcome::kStale);
  driver.fleet.expect(host.credential.agent_id, HostName{"host"}, kWallAtZero);
  CHECK(say(0, 0) == Outcome::kStale);
  CHECK(say(1, 0) == Outcome::kAccepted);
  CHECK(say(0, 0) == Outcome::kStale);
  driver.fleet.reset(host.credential.agent_id, kWallAtZero);
  CHECK(say(0, 0) == Outcome::kStale);
  CHECK(say(~0ULL, ~0ULL) == Outcome::kAccepted);
  CHECK(say(~0ULL, 0) == Outcome::kStale);
}

TEST_CASE("a registered host cannot come with another name") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  host.snapshot.name = HostName{"other"};
  host.snapshot.states[0] = CheckState::kCritical;
  CHECK(driver.hear(host) == Outcome::kNameMismatch);
  driver.tick();
  CHECK(driver.state_of(host) == HostState::kHealthy);
  CHECK(driver.record_of(host).name == HostName{"host"});
}

TEST_CASE("a network that was away gathers no lag") {
  FleetDriver driver;
  Host host("host");
  driver.hear(host);
  driver.pass(1h);
  CHECK(driver.state_of(host) == HostState::kSilent);
  CHECK(driver.hear(host) == Outcome::kAccepted);
  CHECK(driver.record_of(host).lag == 0s);
}

TEST_CASE("two live keys: either opens, a third does not; another generation is another key") {
  FleetOptions options = FleetDriver::default_options();
  options.keys = {fixed_key(1), fixed_key(2)};
  FleetDriver driver(options);
  Host old_key("host", fixed_key(1));
  CHECK(driver.hear(old_key) == Outcome::kAccepted);
  Host new_key("host", fixed_key(2), 2000);
  CHECK(driver.hear(new_key) == Outcome::kAccepted);
  Host third("host", fixed_key(3), 3000);
  CHECK(driver.hear(third) == Outcome::kUnknownKey);
  Host rebuilt("host", fixed_key(2), 4000);
  rebuilt.credential = make_credential(fixed_key(2), "host", 1);
  CHECK(driver.hear(rebuilt) == Outcome::kAccepted);
  CHECK(driver.record_of(rebuilt).credential_generation == 1);
  CHECK(driver.record_of(rebuilt).key_id == 2);
}

TEST_CASE("a batch is judged as its datagrams are one by one, whatever is among them") {
  FleetDriver alone;
  FleetDriver together;
  std::vector<Datagram> datagrams;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 15; ++i) {
      Host host("web-" + std::to_string(i));
      host.sequence = static_cast<std::uint64_t>(round);
      datagrams.push_back(host.say(alone.now));
    }
    datagrams.push_back(datagrams.back());   // It is stale.
    datagrams.push_back(datagrams.front());  // It is stale from the second round on.
    datagrams.push_back(datagrams.back());   // Its key id is unknown.
    datagrams.back()[5] = std::byte{99};
    datagrams.push_back(Host("stranger-" + std::to_string(round)).say(alone.now));
    datagrams.back()[300] ^= std::byte{1};  // Its tag does not fit.
    datagrams.push_back(Datagram{});        // It has no magic.
  }
  std::vector<ReceivedDatagram> received;
  for (const Datagram& datagram : datagrams) received.push_back({datagram, address_of(7)});
  received[3].bytes = received[3].bytes.first(559);
  received[4].bytes = {};
  REQUIRE(received.size() <= kReceiveBatch);

  std::size_t accepted = 0;
  for (const ReceivedDatagram& one : received) {
    const Outcome outcome = alone.fleet.accept(one.bytes, one.source, alone.arrival());
    accepted += outcome == Outcome::kAccepted ? 1 : 0;
  }
  CHECK(together.fleet.accept_all(received, together.arrival()) == accepted);
  CHECK(accepted == 3 * 15 - 2);
  CHECK(together.fleet.accept_all({}, together.arrival()) == 0);
  CHECK(together.tick().head.outcomes == alone.tick().head.outcomes);
  CHECK(together.view.planes == alone.view.planes);
}
