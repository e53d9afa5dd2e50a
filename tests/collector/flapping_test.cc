#include "collector/flapping.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "tests/collector/fleet_driver.h"

namespace flatline {
namespace {

constexpr std::uint32_t kSlots = 128;

/// Planes that the test sets slot by slot.
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
  Slots() { known.view = healthy.view = flaps.view = &view; }
  void tick() { flapping.tick(view); }
  /// Ticks with a change of `slot` at each of them.
  void change(std::uint32_t slot, unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      healthy.set(slot, !healthy.get(slot));
      tick();
    }
  }
  void calm(unsigned ticks) {
    for (unsigned i = 0; i < ticks; ++i) tick();
  }

  View view{kSlots};
  Bits known{Plane::kKnown};
  Bits healthy{Plane::kHealthy};
  Bits flaps{Plane::kFlapping};
  Flapping flapping{kSlots};
};

constexpr unsigned kRemembered = kFlappingVerdicts - 1;

TEST_CASE("flapping begins and ends at its numbers of changes, not one before") {
  for (const std::uint32_t slot : {0U, 63U, 64U, kSlots - 1}) {
    CAPTURE(slot);
    Slots slots;
    slots.known.set(slot, true);
    slots.tick();
    slots.change(slot, kFlappingBegins - 1);
    CHECK_FALSE(slots.flaps.get(slot));
    slots.change(slot, 1);
    CHECK(slots.flaps.get(slot));
    // The changes leave the memory in their order: after this the last kFlappingEndsBelow are left.
    slots.calm(kRemembered - kFlappingEndsBelow);
    CHECK(slots.flaps.get(slot));
    slots.calm(1);
    CHECK_FALSE(slots.flaps.get(slot));
    // Between the two numbers nothing begins again.
    slots.change(slot, kFlappingEndsBelow);
    CHECK_FALSE(slots.flaps.get(slot));
  }
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
  Slots slots;
  for (const std::uint32_t slot : {7U, 8U}) {
    slots.known.set(slot, true);
    slots.tick();
    slots.change(slot, kFlappingBegins);
  }
  slots.flapping.forget(7);
  slots.tick();
  CHECK_FALSE(slots.flaps.get(7));
  CHECK(slots.flaps.get(8));
  slots.change(7, kFlappingBegins - 1);
  CHECK_FALSE(slots.flaps.get(7));
}

TEST_CASE("counted slot by slot, the long way, it is the same") {
  std::mt19937 random(3);
  Slots slots;
  std::vector<std::deque<bool>> changes(kSlots, std::deque<bool>(kRemembered, false));
  std::vector<bool> known(kSlots), healthy(kSlots), flaps(kSlots);
  unsigned seen = 0;
  for (unsigned i = 0; i < 1000; ++i) {
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      // Each slot with a temper of its own, which changes over time.
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
    slots.tick();
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      REQUIRE(slots.flaps.get(slot) == flaps[slot]);
      seen += flaps[slot] ? 1 : 0;
    }
  }
  CHECK(seen > 1000);
  CHECK(seen < 1000 * kSlots);
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
  for (unsigned i = 0; i < kFlappingBegins; ++i) {
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
