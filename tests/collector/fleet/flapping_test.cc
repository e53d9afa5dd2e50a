#include "collector/fleet/flapping.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

constexpr std::uint32_t kSlots = 128;

/// A view whose planes the test sets slot by slot.
struct Bits {
  explicit Bits(Plane which) : plane(static_cast<std::size_t>(which)) {}
  void set(std::uint32_t slot, bool on) {
    const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
    std::uint64_t& word = view->planes[plane][slot / 64];
    word = on ? word | bit : word & ~bit;
  }
  [[nodiscard]] bool get(std::uint32_t slot) const {
    return (view->planes[plane][slot / 64] >> (slot % 64) & 1) != 0;
  }
  std::size_t plane;
  View* view = nullptr;
};

struct Slots {
  explicit Slots(Duration tick_length = kFlappingSample)
      : tick(tick_length), flapping(kSlots, tick_length, now) {
    known.view = healthy.view = flaps.view = &view;
  }
  void turn() {
    now += tick;
    flapping.tick(now, view);
  }
  /// Ticks so many times; `slot` changes its verdict at each tick.
  void change(std::uint32_t slot, unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      healthy.set(slot, !healthy.get(slot));
      turn();
    }
  }
  void calm(unsigned ticks) {
    for (unsigned i = 0; i < ticks; ++i) turn();
  }

  Instant now{};
  Duration tick;
  View view{kSlots};
  Bits known{Plane::kKnown};
  Bits healthy{Plane::kHealthy};
  Bits flaps{Plane::kFlapping};
  Flapping flapping;
};

TEST_CASE("flapping begins and ends at its numbers of samples, not one before") {
  for (const std::uint32_t slot : {0U, 63U, 64U, kSlots - 1}) {
    CAPTURE(slot);
    Slots slots;
    slots.known.set(slot, true);
    slots.turn();
    slots.change(slot, kFlappingBegins - 1);
    CHECK_FALSE(slots.flaps.get(slot));
    slots.change(slot, 1);
    CHECK(slots.flaps.get(slot));
    // The oldest samples are forgotten first: after this, kFlappingEndsBelow changes are left.
    slots.calm(kFlappingSamples - kFlappingEndsBelow);
    CHECK(slots.flaps.get(slot));
    slots.calm(1);
    CHECK_FALSE(slots.flaps.get(slot));
    // With a number of changes between the two bounds, flapping does not begin again.
    slots.change(slot, kFlappingEndsBelow);
    CHECK_FALSE(slots.flaps.get(slot));
  }
}

TEST_CASE("a change counts in the sample in which it was seen, once, wherever in it that was") {
  constexpr unsigned kTicks = 10;
  for (unsigned at = 0; at < kTicks; ++at) {
    CAPTURE(at);
    Slots slots(kFlappingSample / kTicks);
    slots.known.set(7, true);
    slots.calm(kTicks);
    for (unsigned sample = 1; sample <= kFlappingBegins; ++sample) {
      CAPTURE(sample);
      CHECK_FALSE(slots.flaps.get(7));
      slots.calm(at);
      slots.change(7, 1);
      slots.calm(kTicks - at - 1);
    }
    CHECK(slots.flaps.get(7));
  }
}

TEST_CASE("however often a host changes within one sample, it is one sample with a change") {
  constexpr unsigned kTicks = 100;
  Slots slots(kFlappingSample / kTicks);
  slots.known.set(7, true);
  slots.calm(kTicks);
  slots.change(7, (kFlappingBegins - 1) * kTicks);
  slots.calm(kTicks);
  CHECK_FALSE(slots.flaps.get(7));
  slots.change(7, kTicks);
  CHECK(slots.flaps.get(7));
}

TEST_CASE("a tick longer than a sample is one") {
  Slots slots(6 * kFlappingSample);
  slots.known.set(7, true);
  slots.turn();
  slots.change(7, kFlappingBegins - 1);
  CHECK_FALSE(slots.flaps.get(7));
  slots.change(7, 1);
  CHECK(slots.flaps.get(7));
}

TEST_CASE("late ticks move no later sample") {
  // The ends are due at whole samples; each tick here comes later after its end than the last did.
  Slots slots(kFlappingSample / 10);
  slots.known.set(7, true);
  slots.flapping.tick(slots.now, slots.view);
  for (unsigned sample = 1; sample <= kFlappingBegins; ++sample) {
    CHECK_FALSE(slots.flaps.get(7));
    slots.healthy.set(7, !slots.healthy.get(7));
    slots.flapping.tick(Instant{} + sample * Duration{kFlappingSample} + slots.tick * sample,
                        slots.view);
  }
  CHECK(slots.flaps.get(7));
}

TEST_CASE("a host that was not known has not changed") {
  Slots slots;
  for (unsigned i = 0; i < 2 * kFlappingBegins; ++i) {
    slots.known.set(7, i % 2 == 0);
    slots.change(7, 1);
  }
  CHECK_FALSE(slots.flaps.get(7));
}

TEST_CASE("a forgotten slot has no past, and its neighbours keep theirs") {
  Slots slots(kFlappingSample / 2);
  for (const std::uint32_t slot : {7U, 8U}) {
    slots.known.set(slot, true);
    slots.turn();
    slots.change(slot, 2 * kFlappingBegins);
  }
  slots.change(7, 1);  // The sample that is not over yet has a change, too.
  slots.flapping.forget(7);
  slots.turn();
  CHECK_FALSE(slots.flaps.get(7));
  CHECK(slots.flaps.get(8));
  slots.known.set(7, true);
  slots.turn();
  slots.change(7, 2 * kFlappingBegins - 3);
  CHECK_FALSE(slots.flaps.get(7));
}

TEST_CASE("counted slot by slot, the long way, it is the same") {
  std::mt19937 random(3);
  Slots slots;
  std::vector<std::deque<bool>> changes(kSlots, std::deque<bool>(kFlappingSamples, false));
  std::vector<bool> known(kSlots), healthy(kSlots), flaps(kSlots);
  unsigned seen = 0;
  for (unsigned i = 0; i < 1000; ++i) {
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      // Each slot changes its verdict at a rate of its own, which itself changes over time.
      const bool changes_now = random() % 64 < (slot + i / 4) % 32;
      const bool now_known = random() % 50 != 0;
      const bool now_healthy = healthy[slot] != changes_now;
      changes[slot].pop_front();
      changes[slot].push_back(changes_now && known[slot] && now_known);
      known[slot] = now_known;
      healthy[slot] = now_healthy;
      slots.known.set(slot, now_known);
      slots.healthy.set(slot, now_healthy);
      const auto count = std::count(changes[slot].begin(), changes[slot].end(), true);
      flaps[slot] = count >= kFlappingBegins || (flaps[slot] && count >= kFlappingEndsBelow);
    }
    slots.turn();
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      REQUIRE(slots.flaps.get(slot) == flaps[slot]);
      seen += flaps[slot] ? 1 : 0;
    }
  }
  CHECK(seen > 1000);
  CHECK(seen < 1000 * kSlots);
}

/// A host whose one check has a result every `period`; the host reports once a second.
struct CheckedHost {
  void run(std::chrono::seconds period, unsigned changes) {
    for (unsigned i = 0; i < changes; ++i) {
      const bool was_ok = host.snapshot.states[0] == CheckState::kOk;
      host.snapshot.states[0] = was_ok ? CheckState::kCritical : CheckState::kOk;
      pass(period);
    }
  }
  void pass(std::chrono::seconds time) {
    for (std::chrono::seconds i{0}; i < time; ++i) {
      REQUIRE(fleet.hear(host) == Outcome::kAccepted);
      fleet.pass(std::chrono::seconds{1});
    }
  }
  [[nodiscard]] bool flaps() const { return fleet.in(Plane::kFlapping, host); }

  test::FleetDriver fleet;
  test::Host host{"web-1"};
};

TEST_CASE("with nothing configured a check that changes at every run flaps, one outage does not") {
  const auto period = std::chrono::duration_cast<std::chrono::seconds>(kDefaultCheckPeriod);
  CheckedHost checked;
  checked.host.snapshot.states[0] = CheckState::kOk;
  checked.pass(period);
  checked.run(period, 3);
  CHECK_FALSE(checked.flaps());
  checked.run(period, kFlappingBegins - 4);
  CHECK_FALSE(checked.flaps());
  checked.run(period, 2);
  CHECK(checked.flaps());
  CHECK(checked.fleet.view.head.counts.flapping == 1);
  // When the check is calm again, the host flaps until its changes are forgotten.
  checked.pass(std::chrono::seconds{540});
  CHECK(checked.flaps());
  checked.pass(std::chrono::seconds{120});
  CHECK_FALSE(checked.flaps());

  checked.run(period, 3);
  checked.pass(std::chrono::seconds{700});
  CHECK_FALSE(checked.flaps());
}

TEST_CASE("a check a minute that changes at every run flaps, too") {
  CheckedHost checked;
  checked.run(std::chrono::seconds{60}, kFlappingBegins + 1);
  CHECK(checked.flaps());
}

TEST_CASE("a fleet's flapping host shows its state as it is, and leaves no trace for the next") {
  test::FleetDriver fleet;
  test::Host host("web-1");
  const auto turn = [&](CheckState state) {
    host.snapshot.states[0] = state;
    fleet.hear(host);
    fleet.tick();
  };
  turn(CheckState::kOk);
  const auto samples = static_cast<unsigned>(kFlappingBegins);
  const auto ticks = static_cast<unsigned>(kFlappingSample / fleet.options.tick) * samples;
  for (unsigned i = 0; i < ticks; ++i) {
    fleet.now += fleet.options.tick;
    turn(i % 2 == 0 ? CheckState::kCritical : CheckState::kOk);
  }
  CHECK(fleet.in(Plane::kFlapping, host));
  CHECK(fleet.state_of(host) == HostState::kHealthy);
  const auto slot = fleet.slot_of(host);
  host.snapshot.leaving = true;
  fleet.now += fleet.options.tick;
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  const View& view = fleet.tick();
  CHECK(view.head.counts.flapping == 0);
  CHECK((view.plane(Plane::kFlapping)[*slot / 64] >> (*slot % 64) & 1) == 0);
}

}  // namespace
}  // namespace flatline
