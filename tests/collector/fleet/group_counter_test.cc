#include "collector/fleet/group_counter.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "collector/fleet/sweep.h"
#include "schema/answers/planes.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

const std::vector<LabelText> kKeys = {LabelText{"role"}, LabelText{"zone"}, LabelText{"rack"},
                                      LabelText{"os"}};

bool bit(const View& view, Plane plane, std::size_t slot) {
  return (view.plane(plane)[slot / 64] >> (slot % 64) & 1) != 0;
}

/// Adds one slot, as people read it.
void add(const View& view, std::uint32_t slot, Group& group) {
  const auto is = [&](Plane plane) { return bit(view, plane, slot); };
  const bool silent = is(Plane::kKnown) && !is(Plane::kReporting);
  group.counts.registered += 1;
  group.counts.healthy += is(Plane::kHealthy);
  group.counts.failing += is(Plane::kReporting) && !is(Plane::kHealthy);
  group.counts.silent += silent && !is(Plane::kAwaited);
  group.counts.missing += silent && is(Plane::kAwaited);
  group.counts.warning += is(Plane::kWarning);
  group.counts.drained += is(Plane::kDrained);
  group.judged += is(Plane::kKnown) && !is(Plane::kDrained);
  group.judged_healthy += is(Plane::kHealthy) && !is(Plane::kDrained);
}

/// Sweeps columns of random bytes and times.
void sweep_noise(std::mt19937_64& random, const GroupPlaces& places, View& view) {
  const Instant now{100s};
  const WallTime wall{50s};
  SlotColumns columns(view.head.capacity, now);
  for (std::uint32_t slot = 0; slot < view.head.capacity; ++slot) {
    columns.set_deadline(slot, now + (random() % 2 == 0 ? 1s : -1s));
    columns.set_drained_until(slot, wall + (random() % 4 == 0 ? 1s : 0s));
    const bool registered = places.bytes(0)[slot] != kNoGroup;
    columns.verdict(slot) = registered ? static_cast<std::uint8_t>(random() | 1) : std::uint8_t{0};
  }
  sweep(columns, now, wall, view);
}

TEST_CASE("groups count what one gets by counting their hosts one by one, in every tick") {
  // Two capacities: less than a chunk, and chunks and a half.
  for (const std::uint32_t capacity : {64U, 2624U}) {
    CAPTURE(capacity);
    std::mt19937_64 random(capacity);
    GroupPlaces places(capacity, kKeys, 1);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      if (random() % 5 == 0) continue;
      const auto label = [&](const char* key, unsigned values) {
        return std::string(key) + "=" + std::to_string(random() % values);
      };
      // `rack` has more values than places, and not everybody has an `os`.
      places.enter(slot, Labels{label("role", 3) + "," + label("zone", 64) + "," +
                                label("rack", 90) + (slot % 2 == 0 ? "," + label("os", 2) : "")});
    }
    GroupCounter counter;
    View view(capacity);
    for (int tick = 0; tick < 3; ++tick) {
      sweep_noise(random, places, view);
      places.show(view.groups);
      counter.count(places, view);
      GroupTable expected{};
      places.show(expected);
      for (std::size_t key = 0; key < kKeys.size(); ++key) {
        for (std::uint32_t slot = 0; slot < capacity; ++slot) {
          const std::uint8_t place = places.bytes(key)[slot];
          if (place != kNoGroup) add(view, slot, expected.keys[key].places[place]);
        }
        CHECK(view.groups.keys[key] == expected.keys[key]);
      }
      const std::uint32_t hosts = count_planes(view).hosts;
      std::uint32_t in_roles = 0;
      for (const Group& group : view.groups.keys[0].places) in_roles += group.counts.registered;
      CHECK(in_roles == hosts);
      CHECK((capacity == 64 || view.groups.keys[2].places[kOtherPlace].counts.registered > 0));
    }
  }
}

TEST_CASE("a group of every host has the counts of the fleet") {
  constexpr std::uint32_t kCapacity = 1088;
  std::mt19937_64 random(3);
  GroupPlaces places(kCapacity, std::span(kKeys).first(1), 1);
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) places.enter(slot, Labels{"role=web"});
  View view(kCapacity);
  sweep_noise(random, places, view);
  GroupCounter().count(places, view);
  const Counts all = count_planes(view);
  const Group& group = view.groups.keys[0].places[0];
  CHECK(group.counts == GroupCounts{all.hosts, all.healthy, all.failing, all.silent, all.missing,
                                    all.warning, all.drained});
  CHECK(group.judged == count_judged(view).known);
  CHECK(group.judged_healthy == count_judged(view).healthy);
}

}  // namespace
}  // namespace flatline
