// Who is silent for long enough gives up the slot; only silence that was watched counts.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr Duration kAfter = 1h;

FleetOptions options_with(Duration forget_after, std::uint32_t capacity = 128) {
  FleetOptions options = FleetDriver::default_options();
  options.forget_after = forget_after;
  options.capacity = capacity;
  options.tick = 5s;
  options.window = 20s;  // Whoever speaks every 5 s speaks in every window.
  return options;
}

/// A fleet of which some go silent, while enough others speak that nobody doubts the collector.
struct Watched : FleetDriver {
  explicit Watched(Duration forget_after = kAfter) : FleetDriver(options_with(forget_after)) {
    for (int i = 0; i < 3; ++i) living.emplace_back(fmt::format("living-{}", i));
    for (Host& host : living) host.snapshot.interval = 5s;
  }
  /// Lets `duration` pass, in which the living hosts speak every 5 s.
  void watch(Duration duration) {
    for (const Instant end = now + duration; now < end; pass(std::min(Duration{5s}, end - now))) {
      for (Host& host : living) (void)hear(host);
    }
  }
  [[nodiscard]] bool is_there(const Host& host) const { return slot_of(host).has_value(); }

  std::vector<Host> living;
};

}  // namespace

TEST_CASE("a host that is silent for long enough frees its slot, and registers when it comes") {
  Watched fleet;
  fleet.watch(1min);  // Past warming.
  Host host("gone");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  fleet.watch(kAfter - 1min);
  CHECK(fleet.is_there(host));
  fleet.watch(1min + kForgetRound + 10s);
  CHECK_FALSE(fleet.is_there(host));
  CHECK(fleet.view.head.forgotten == 1);
  CHECK(fleet.view.head.last_forgotten.view() == "gone");
  const WallTime at = fleet.view.head.last_forgotten_at;
  CHECK(at <= fleet.view.head.time);
  CHECK(at > fleet.view.head.time - (1min + kForgetRound + 15s));
  for (const Host& living : fleet.living) CHECK(fleet.is_there(living));
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.view.head.tombstones == 0);
  fleet.tick();
  CHECK(fleet.is_there(host));
}

TEST_CASE("without a time to forget after nobody is ever forgotten") {
  Watched fleet(0s);
  Host host("gone");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  fleet.watch(5 * kAfter);
  CHECK(fleet.is_there(host));
}

TEST_CASE("silence that nobody watched counts for nothing: stopped, blind, or in panic") {
  Watched fleet;
  fleet.watch(1min);
  Host host("gone");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  SUBCASE("the collector stood still") {
    fleet.stand_still(3 * kAfter);
  }
  SUBCASE("nobody was heard at all") {
    fleet.pass(3 * kAfter);
    REQUIRE(fleet.flagged(Flag::kBlind));
  }
  SUBCASE("most of the fleet was silent") {
    std::vector<Host> others;
    for (int i = 0; i < 20; ++i) others.emplace_back(fmt::format("other-{}", i));
    for (Host& other : others) REQUIRE(fleet.hear(other) == Outcome::kAccepted);
    fleet.watch(3 * kAfter);
    REQUIRE(fleet.flagged(Flag::kPanic));
    for (const Host& other : others) CHECK(fleet.is_there(other));
  }
  fleet.tick();
  CHECK(fleet.is_there(host));
  CHECK(fleet.view.head.forgotten == 0);
}

TEST_CASE("a stepped wall clock forgets nobody, and keeps nobody") {
  Watched fleet;
  fleet.watch(1min);
  Host host("gone");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  fleet.watch(10min);
  fleet.view = fleet.fleet.tick({fleet.now, fleet.arrival().wall + 24h * 365}, fleet.inputs);
  fleet.tick();
  CHECK(fleet.is_there(host));
  fleet.view = fleet.fleet.tick({fleet.now, fleet.arrival().wall - 24h * 365}, fleet.inputs);
  fleet.watch(kAfter + kForgetRound);
  CHECK_FALSE(fleet.is_there(host));
}

TEST_CASE("who is expected or drained, or speaks in whatever way, is not forgotten") {
  Watched fleet;
  fleet.watch(1min);
  Host drained("drained");
  Host late("late");
  Host expected("expected");
  REQUIRE(fleet.hear(drained) == Outcome::kAccepted);
  REQUIRE(fleet.hear(late) == Outcome::kAccepted);
  REQUIRE(fleet.fleet.drain(drained.credential.agent_id, fleet.arrival().wall + 24h).result ==
          ActionResult::kDone);
  REQUIRE(
      fleet.fleet.expect(expected.credential.agent_id, HostName{"expected"}, fleet.arrival().wall)
          .result == ActionResult::kDone);
  for (int i = 0; i < 12; ++i) {
    fleet.watch(10min);
    // Held back for ten minutes and more: late, so it is silent, but it is there.
    const Datagram held_back = late.say(fleet.now - 10min);
    const Outcome outcome = fleet.hear(held_back);
    CHECK(outcome == Outcome::kLate);
  }
  CHECK(fleet.is_there(drained));
  CHECK(fleet.is_there(late));
  CHECK(fleet.is_there(expected));
  CHECK(fleet.view.head.forgotten == 0);
  REQUIRE(fleet.fleet.undrain(drained.credential.agent_id, fleet.arrival().wall).result ==
          ActionResult::kDone);
  fleet.watch(kForgetRound + 10s);
  CHECK_FALSE(fleet.is_there(drained));
}

TEST_CASE("a host that is silent and refused as stale is there, and not forgotten") {
  Watched fleet;
  fleet.watch(1min);
  Host host("put-back");
  host.epoch = 5000;
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  host.epoch = 1000;  // Too seldom for a conflict, in which it would not be forgotten either.
  for (int i = 0; i < 12; ++i) {
    fleet.watch(10min);
    CHECK(fleet.hear(host) == Outcome::kStale);
  }
  CHECK_FALSE(fleet.in(Plane::kConflict, host));
  CHECK(fleet.is_there(host));
  CHECK(fleet.view.head.forgotten == 0);
}

TEST_CASE("at most one host a second is forgotten, and in the end all of them") {
  FleetOptions options = options_with(kAfter);
  options.tick = 100ms;
  options.capacity = 64;
  FleetDriver fleet(options);
  std::vector<Host> living;
  for (int i = 0; i < 20; ++i) living.emplace_back(fmt::format("living-{}", i));
  std::vector<Host> gone;
  for (int i = 0; i < 6; ++i) gone.emplace_back(fmt::format("gone-{}", i));
  const auto speak = [&] {
    for (Host& host : living) (void)fleet.hear(host);
  };
  for (Host& host : gone) REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  const auto watch = [&](Duration duration) {
    for (const Instant end = fleet.now + duration; fleet.now < end; fleet.pass(1s)) speak();
  };
  watch(kAfter);
  std::uint64_t before = fleet.view.head.forgotten;
  for (const Instant end = fleet.now + kForgetRound + 1min; fleet.now < end;) {
    speak();
    fleet.pass(1s);
    CHECK(fleet.view.head.forgotten <= before + 2);  // A second touches two seconds of the fleet's.
    before = fleet.view.head.forgotten;
  }
  CHECK(before == gone.size());
}

TEST_CASE("silence goes on after a restart from where the checkpoint knew it") {
  struct Row {
    Duration before;
    bool forgotten;
  };
  for (const Row& row : {Row{45min, true}, {0min, false}}) {
    CAPTURE(row.before.count());
    Watched fleet;
    RestoredHost restored;
    Host host("gone");
    restored.slot = 5;
    restored.agent_id = host.credential.agent_id;
    restored.name = host.snapshot.name;
    restored.last = {1000, 7, 0, host.fleet_key.key_id, plane_bit(Plane::kKnown), true, row.before};
    REQUIRE(fleet.fleet.restore(restored, fleet.now));
    fleet.watch(20min + kForgetRound);
    CHECK(fleet.is_there(host) != row.forgotten);
  }
}
