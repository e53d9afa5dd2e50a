#include "collector/fleet/budget.h"

#include <doctest/doctest.h>

using namespace flatline;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{100s};
/// What the common half pays for when it is full, and what flows in within a second.
constexpr int kFull = kNewcomersPerSecond;

template <typename Take>
int count(Take&& take, int most = 1'000'000) {
  int taken = 0;
  while (taken < most && take()) ++taken;
  return taken;
}

}  // namespace

TEST_CASE("a host has twice its own rate, and a burst") {
  struct Row {
    Duration half_interval;
    Duration passed;
    int opened;
  };
  // All is spent at the start.
  const Row rows[] = {{500ms, 0s, 0}, {500ms, 499ms, 0},  {500ms, 500ms, 1},
                      {500ms, 1s, 2}, {500ms, 3999ms, 7}, {500ms, 4s, 8},
                      {500ms, 1h, 8}, {50ms, 100ms, 2},   {150s, 150s, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.half_interval.count());
    CAPTURE(row.passed.count());
    Instant free_at{};
    const auto take_at = [&](Instant now) {
      return count([&] { return Budget::take_own(free_at, row.half_interval, now); });
    };
    REQUIRE(take_at(kStart) == kOwnBurst);
    CHECK(take_at(kStart + row.passed) == row.opened);
  }
}

TEST_CASE("all shares together take a twentieth of a core, whatever the capacity") {
  for (const std::uint32_t capacity : {64U, 16'384U, 1'048'576U}) {
    const Budget budget(capacity, kStart);
    CHECK(budget.share_period() / capacity == Duration{kOpeningPrice} * 20);
  }
}

TEST_CASE("who floods with one host's id leaves all others their shares") {
  Budget budget(64, kStart);
  Instant attacked{};
  Instant other{};
  // Its share is one; then it takes all that is common.
  CHECK(count([&] { return budget.take_share(attacked, kStart); }) == 1 + kFull);
  CHECK_FALSE(budget.take_newcomer(kStart));
  CHECK(budget.take_share(other, kStart));
  CHECK_FALSE(budget.take_share(other, kStart));
  const Instant later = kStart + budget.share_period();
  while (budget.take_newcomer(later)) continue;
  CHECK(budget.take_share(other, later));
}

TEST_CASE("registered hosts go before newcomers, and newcomers before those that are kept out") {
  Budget budget(64, kStart);
  Instant host = kStart + 1h;  // Its share is spent.
  const int barred = count([&] { return budget.take_barred(kStart); });
  CHECK(barred == kFull / 4);
  CHECK(count([&] { return budget.take_newcomer(kStart); }) == kFull / 2 - barred);
  CHECK_FALSE(budget.take_barred(kStart));
  CHECK(count([&] { return budget.take_share(host, kStart); }) == kFull - kFull / 2);
  CHECK_FALSE(budget.take_share(host, kStart));
}

TEST_CASE("what is common refills with time, by any steps alike, and never beyond its most") {
  for (const Duration step : {Duration{1us}, Duration{7ms}, Duration{1s}}) {
    Budget budget(64, kStart);
    Instant host = kStart + 1h;
    while (budget.take_share(host, kStart)) continue;
    // Each step takes what is there: in a second all steps together what flows in.
    int taken = 0;
    for (Instant now = kStart + step; now <= kStart + 1s; now += step) {
      taken += count([&] { return budget.take_share(host, now); });
    }
    CAPTURE(step.count());
    CHECK(taken >= kFull * 98 / 100);
    CHECK(taken <= kFull + 1);  // A part of a price may have been left.
  }
  Budget rested(64, kStart);
  Instant host = kStart + 2h;
  CHECK(count([&] { return rested.take_share(host, kStart + 1h); }) == kFull);
}

TEST_CASE("time that goes back gives nothing") {
  Budget budget(64, kStart);
  Instant host = kStart + 2h;
  while (budget.take_share(host, kStart)) continue;
  CHECK_FALSE(budget.take_share(host, kStart - 1h));
  CHECK_FALSE(budget.take_share(host, kStart));
}
