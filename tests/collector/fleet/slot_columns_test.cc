#include "collector/fleet/slot_columns.h"

#include <doctest/doctest.h>

#include "collector/fleet/sweep.h"
#include "schema/limits.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kCapacity = 64;
constexpr WallTime kWall{1'700'000'000'000ms};

/// Whether the sweep finds the slot reporting, or drained.
bool has(const SlotColumns& columns, std::uint32_t slot, Plane plane, Instant now,
         WallTime wall = kWall) {
  View view(kCapacity);
  sweep(columns, now, wall, view);
  return (view.plane(plane)[0] >> slot & 1) != 0;
}

void register_all(SlotColumns& columns) {
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
    columns.verdict(slot) = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
  }
}

}  // namespace

TEST_CASE("a deadline holds to the millisecond, wherever 32 bits wrap") {
  constexpr std::int64_t kWrap = std::int64_t{1} << 32;
  for (const std::int64_t now_ms : {std::int64_t{0}, std::int64_t{5000}, kWrap / 2 - 1, kWrap / 2,
                                    kWrap - 1, kWrap, kWrap + 1, 3 * kWrap - 2}) {
    CAPTURE(now_ms);
    const Instant now{Milliseconds{now_ms}};
    SlotColumns columns(kCapacity, now);
    register_all(columns);
    CHECK_FALSE(has(columns, 0, Plane::kReporting, now));
    for (const Milliseconds ahead : {1ms, 2ms, 4500ms, Milliseconds{kMaxInterval} * 61}) {
      columns.set_deadline(1, now + ahead);
      CHECK(has(columns, 1, Plane::kReporting, now));
      CHECK(has(columns, 1, Plane::kReporting, now + ahead - 1ms));
      CHECK_FALSE(has(columns, 1, Plane::kReporting, now + ahead));
      CHECK_FALSE(has(columns, 1, Plane::kReporting, now + ahead + 1ms));
    }
    for (const Milliseconds behind : {0ms, 1ms, Milliseconds{24h}}) {
      columns.set_deadline(2, now - behind);
      CHECK_FALSE(has(columns, 2, Plane::kReporting, now));
    }
  }
}

TEST_CASE("who is silent stays silent for months, and who speaks is not touched") {
  Instant now{17h};
  SlotColumns columns(kCapacity, now);
  register_all(columns);
  for (Milliseconds passed{0}; passed < 24h * 120; passed += kMaxTick) {
    now += kMaxTick;
    columns.set_deadline(5, now + 100s);
    columns.renew(now);
    // Looking every 6 h is often enough to meet the 24 days in which a wrapped deadline would seem
    // to lie ahead.
    if (passed % 6h != 0ms) continue;
    CHECK_FALSE(has(columns, 4, Plane::kReporting, now));
    CHECK(has(columns, 5, Plane::kReporting, now + 99s));
    CHECK_FALSE(has(columns, 5, Plane::kReporting, now + 100s));
  }
}

TEST_CASE("renewing reaches every slot of any capacity within its number of ticks") {
  for (const std::uint32_t capacity : {64U, 192U, 320U}) {
    CAPTURE(capacity);
    Instant now{17h};
    SlotColumns columns(capacity, now);
    now += Milliseconds{std::int64_t{1} << 30};  // Half of the way to where 32 bits wrap.
    for (unsigned i = 0; i < kRenewTicks; ++i) columns.renew(now);
    now += Milliseconds{std::int64_t{3} << 29};
    std::uint32_t alive = 0;
    for (std::uint32_t slot = 0; slot < capacity; ++slot) alive += columns.is_alive(slot, now);
    CHECK(alive == 0);
  }
}

TEST_CASE("a drain lasts to the end of its last second, and the epoch is none") {
  const Instant now{1s};
  struct Case {
    WallTime until;
    WallTime wall;
    bool drained;
  };
  constexpr WallTime kLate{std::chrono::seconds{4'200'000'000}};  // This is in 2103.
  for (const Case& each : {
           Case{kWall + 1s, kWall, true},
           Case{kWall + 1s, kWall + 999ms, true},
           Case{kWall + 1s, kWall + 1s, false},
           Case{kWall + 1ms, kWall + 999ms, true},  // The end is rounded up.
           Case{kWall + 1ms, kWall + 1s, false},
           Case{kWall, kWall, false},
           Case{WallTime{}, kWall, false},
           Case{WallTime{}, WallTime{}, false},
           Case{WallTime{}, kLate, false},
           Case{kLate, kLate - 1s, true},
           Case{kLate, kLate, false},
       }) {
    CAPTURE(each.until.time_since_epoch().count());
    CAPTURE(each.wall.time_since_epoch().count());
    SlotColumns columns(kCapacity, now);
    register_all(columns);
    columns.set_drained_until(3, each.until);
    CHECK(has(columns, 3, Plane::kDrained, now, each.wall) == each.drained);
    CHECK(columns.is_drained(3, each.wall) == each.drained);
    CHECK_FALSE(has(columns, 2, Plane::kDrained, now, each.wall));
  }
}

TEST_CASE("a drain that begins later is none before, and one that has a beginning ends, too") {
  const Instant now{100s};
  struct Case {
    WallTime from;
    WallTime wall;
    bool drained;
    bool has_drain;
  };
  for (const Case& each : {
           Case{WallTime{}, kWall, true, true},
           Case{kWall, kWall, true, true},
           Case{kWall + 1s, kWall, false, true},
           Case{kWall + 1s, kWall + 999ms, false, true},
           Case{kWall + 1s, kWall + 1s, true, true},
           Case{kWall + 1ms, kWall + 999ms, false, true},  // The beginning is rounded up.
           Case{kWall + 1ms, kWall + 1s, true, true},
           Case{kWall + 1s, kWall + 1h - 1ms, true, true},
           Case{kWall + 1s, kWall + 1h, false, false},
           Case{kWall + 2h, kWall + 30min, false, true},  // It never begins before its end.
           Case{kWall + 2h, kWall + 3h, false, false},
       }) {
    CAPTURE(each.from.time_since_epoch().count());
    CAPTURE(each.wall.time_since_epoch().count());
    SlotColumns columns(kCapacity, now);
    register_all(columns);
    columns.set_drained_until(3, kWall + 1h, each.from);
    CHECK(has(columns, 3, Plane::kDrained, now, each.wall) == each.drained);
    CHECK(columns.is_drained(3, each.wall) == each.drained);
    CHECK(columns.has_drain(3, each.wall) == each.has_drain);
    CHECK_FALSE(has(columns, 2, Plane::kDrained, now, each.wall));
  }
}
