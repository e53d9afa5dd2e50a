#include "collector/fleet/sweep.h"

#include <doctest/doctest.h>

#include <random>

#include "collector/fleet/sweep_words.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

bool bit(const View& view, Plane plane, std::size_t slot) {
  return (view.plane(plane)[slot / 64] >> (slot % 64) & 1) != 0;
}

}  // namespace

TEST_CASE("every slot's bits follow from its four columns, for every byte and on either side") {
  // Each of the 256 bytes is tried before and past its deadline, a drain's and a conflict's end.
  constexpr std::uint32_t kCapacity = 2048;
  const Instant now{100s};
  const WallTime wall{50s};
  SlotColumns columns(kCapacity, now);
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    columns.verdict(slot) = static_cast<std::uint8_t>(slot / 8);
    columns.set_conflict_until(slot, slot / 4 % 2 == 0 ? now + 1ms : now);
    columns.set_drained_until(slot, slot / 2 % 2 == 0 ? wall + 1s : wall);
    columns.set_deadline(slot, slot % 2 == 0 ? now + 1ms : now);
  }
  View view(kCapacity);
  sweep(columns, now, wall, view);
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    const auto said = [&](Plane plane) { return (columns.verdict(slot) & plane_bit(plane)) != 0; };
    const bool alive = slot % 2 == 0;
    const bool reporting = said(Plane::kKnown) && alive;
    CAPTURE(slot);
    CHECK(bit(view, Plane::kRegistered, slot) == said(Plane::kRegistered));
    CHECK(bit(view, Plane::kKnown, slot) ==
          (said(Plane::kKnown) || (said(Plane::kRegistered) && !alive)));
    CHECK(bit(view, Plane::kReporting, slot) == reporting);
    CHECK(bit(view, Plane::kHealthy, slot) == (reporting && said(Plane::kHealthy)));
    CHECK(bit(view, Plane::kWarning, slot) == (reporting && said(Plane::kWarning)));
    CHECK(bit(view, Plane::kDrained, slot) == (said(Plane::kRegistered) && slot / 2 % 2 == 0));
    CHECK(bit(view, Plane::kConflict, slot) == (said(Plane::kRegistered) && slot / 4 % 2 == 0));
    const bool waited_for = (columns.verdict(slot) & kAwaitedVerdict) != 0;
    CHECK(bit(view, Plane::kAwaited, slot) == (waited_for && !reporting));
  }
}

TEST_CASE("counts are what one gets by counting slots one by one") {
  constexpr std::uint32_t kCapacity = 1024;
  std::mt19937_64 random(11);
  const Instant now{100s};
  const WallTime wall{50s};
  SlotColumns columns(kCapacity, now);
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    columns.set_deadline(slot, now + (random() % 2 == 0 ? 1s : -1s));
    columns.set_drained_until(slot, wall + (random() % 4 == 0 ? 1s : 0s));
    columns.set_conflict_until(slot, now + (random() % 4 == 0 ? 1s : 0s));
    const bool registered = random() % 4 != 0;
    // These are bytes that the fleet writes: the byte of a slot without a host is 0.
    columns.verdict(slot) = registered ? static_cast<std::uint8_t>(random() | 1) : std::uint8_t{0};
  }
  View view(kCapacity);
  sweep(columns, now, wall, view);
  for (std::uint64_t& word : view.planes[static_cast<std::size_t>(Plane::kFlapping)]) {
    word = random();
  }
  Counts expected;
  Judged judged;
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    const auto is = [&](Plane plane) { return bit(view, plane, slot); };
    expected.hosts += is(Plane::kRegistered);
    expected.healthy += is(Plane::kHealthy);
    expected.failing += is(Plane::kReporting) && !is(Plane::kHealthy);
    const bool awaited = is(Plane::kAwaited);
    expected.silent += is(Plane::kKnown) && !is(Plane::kReporting) && !awaited;
    expected.missing += is(Plane::kKnown) && awaited;
    expected.expected += is(Plane::kRegistered) && !is(Plane::kKnown) && awaited;
    expected.unknown += is(Plane::kRegistered) && !is(Plane::kKnown) && !awaited;
    expected.warning += is(Plane::kWarning);
    expected.drained += is(Plane::kDrained);
    expected.flapping += is(Plane::kFlapping);
    expected.conflict += is(Plane::kConflict);
    judged.known += is(Plane::kKnown) && !is(Plane::kDrained);
    judged.healthy += is(Plane::kHealthy) && !is(Plane::kDrained);
  }
  CHECK(count_planes(view) == expected);
  CHECK(expected.conflict > 0);
  CHECK(expected.hosts == expected.healthy + expected.failing + expected.silent + expected.unknown +
                              expected.expected + expected.missing);
  CHECK(count_judged(view).known == judged.known);
  CHECK(count_judged(view).healthy == judged.healthy);
}

TEST_CASE("the words of 64 slots are the same, read portably or as the processor does best") {
  constexpr std::uint32_t kCapacity = 1024;
  std::mt19937_64 random(7);
  SlotColumns columns(kCapacity, Instant{});
  for (const Instant now : {Instant{0s}, Instant{100s}, Instant{1ms * 0x7FFF'FFFFLL}}) {
    const WallTime wall{50s};
    for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
      const auto around = [&] { return static_cast<int>(random() % 3) - 1; };
      columns.verdict(slot) = static_cast<std::uint8_t>(random());
      columns.set_deadline(slot, now + around() * 1ms);
      columns.set_conflict_until(slot, now + around() * 1ms);
      columns.set_drained_until(slot, wall + around() * 1s, wall + around() * 1s);
    }
    const sweep_words::Now compare{SlotColumns::stamp(now), SlotColumns::second(wall)};
    for (std::size_t first = 0; first < kCapacity; first += sweep_words::kWordSlots) {
      const auto best = sweep_words::read(columns, first, compare);
      const auto portable = sweep_words::read_portably(columns, first, compare);
      CHECK(best.alive == portable.alive);
      CHECK(best.in_conflict == portable.in_conflict);
      CHECK(best.in_drain == portable.in_drain);
      CHECK(best.verdicts == portable.verdicts);
    }
  }
}
