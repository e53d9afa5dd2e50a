#include "collector/fleet/snapshot_order.h"

#include <doctest/doctest.h>

#include "collector/fleet/budget.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{100s};
constexpr Duration kMostLag{24h};

SnapshotOrder order_at(std::uint64_t epoch, std::uint64_t sequence) {
  SnapshotOrder order;
  order.take(epoch, sequence, kStart, 0ms, kMostLag);
  return order;
}

}  // namespace

TEST_CASE("lag grows by what arrivals fall behind the host's uptime, and leaks 0.1 %") {
  SnapshotOrder order = order_at(5, 1);
  order.take(5, 2, kStart + 1s, 1000ms, kMostLag);
  CHECK(order.lag() == 0s);  // Arrivals keep pace with uptime, so there is nothing to leak.
  order.take(5, 3, kStart + 4s, 2000ms, kMostLag);
  CHECK(order.lag() == 2s - 3ms);  // 3 s passed for the collector, 1 s for the host.
  order.take(5, 4, kStart + 5s, 3000ms, kMostLag);
  CHECK(order.lag() == 2s - 4ms);
  order.take(5, 5, kStart + 5s, 10'000ms, kMostLag);
  CHECK(order.lag() == 0s);  // Lag never falls below zero.
}

TEST_CASE("a host whose clock runs 0.1 % slow gathers no lag, one 1 % slow does") {
  SnapshotOrder slow = order_at(5, 1);
  SnapshotOrder slower = order_at(5, 1);
  for (int i = 1; i <= 1000; ++i) {
    slow.take(5, static_cast<std::uint64_t>(i) + 1, kStart + i * 1s, Milliseconds{i * 999},
              kMostLag);
    slower.take(5, static_cast<std::uint64_t>(i) + 1, kStart + i * 1s, Milliseconds{i * 990},
                kMostLag);
  }
  CHECK(slow.lag() == 0s);
  CHECK(slower.lag() == 9s);
}

TEST_CASE("an uptime that falls back within an epoch counts as none; a new epoch starts afresh") {
  SnapshotOrder order = order_at(5, 1);
  order.take(5, 2, kStart + 1s, 500'000ms, kMostLag);
  order.take(5, 3, kStart + 2s, 0ms, kMostLag);
  CHECK(order.lag() == 1s - 1ms);
  order.take(6, 1, kStart + 1h, 1ms, kMostLag);
  CHECK(order.lag() == 0s);
}

TEST_CASE("skipped sequence numbers are counted within an epoch only") {
  SnapshotOrder order = order_at(5, 10);
  CHECK(order.take(5, 11, kStart, 0ms, kMostLag) == 0);
  CHECK(order.take(5, 15, kStart, 0ms, kMostLag) == 3);
  CHECK(order.take(6, 900, kStart, 0ms, kMostLag) == 0);
}

TEST_CASE("only the epoch just superseded can go on; three of it within a window are a clone") {
  SnapshotOrder order = order_at(5, 10);
  CHECK_FALSE(order.rank(4, 11) == SnapshotOrder::Rank::kSuperseded);
  order.take(6, 1, kStart, 0ms, kMostLag);
  CHECK(order.rank(5, 10) == SnapshotOrder::Rank::kStale);
  CHECK(order.rank(5, 11) == SnapshotOrder::Rank::kSuperseded);
  CHECK(order.rank(4, 11) == SnapshotOrder::Rank::kStale);
  CHECK_FALSE(order.take_superseded(11, kStart, 4s));
  CHECK(order.rank(5, 11) == SnapshotOrder::Rank::kStale);  // It was seen before.
  CHECK_FALSE(order.take_superseded(12, kStart + 2s, 4s));
  CHECK(order.take_superseded(13, kStart + 4s, 4s));
  CHECK(order.take_superseded(14, kStart + 4s, 4s));
  // After a window the count starts again.
  CHECK_FALSE(order.take_superseded(15, kStart + 9s, 4s));
}

TEST_CASE("a restored order refuses what was accepted before") {
  SnapshotOrder order;
  CHECK_FALSE(order.started());
  order.restore(7, 100);
  CHECK(order.started());
  CHECK(order.rank(7, 100) == SnapshotOrder::Rank::kStale);
  CHECK(order.rank(7, 101) == SnapshotOrder::Rank::kNewer);
  CHECK(order.rank(8, 1) == SnapshotOrder::Rank::kNewer);
}

TEST_CASE("budget: a host has twice the fastest rate, a moved fleet its rate, strangers a part") {
  struct Row {
    std::uint32_t capacity;
    Duration tick, min_interval;
    std::uint32_t own, shared, first_contacts;
  };
  const Row rows[] = {{16'384, 1s, 1s, 4, 16'384, 4096},
                      {16'384, 1s, 100ms, 22, 163'840, 4096},
                      {16'384, 1s, 300ms, 10, 65'536, 4096},
                      {16'384, 250ms, 1s, 4, 16'384, 1024},
                      {16'384, 10s, 1s, 22, 163'840, 40'960},
                      {64, 1s, 1s, 4, 64, 64},
                      {1'048'576, 1s, 5s, 4, 1'048'576, 16'384},
                      {1'048'576, 60s, 100ms, 1202, 629'145'600, 983'040}};
  for (const Row& row : rows) {
    CAPTURE(row.capacity);
    CAPTURE(row.tick.count());
    const Budget budget(row.capacity, row.tick, row.min_interval);
    CHECK(budget.own() == row.own);
    CHECK(budget.shared() == row.shared);
    CHECK(budget.first_contacts() == row.first_contacts);
  }
}

TEST_CASE("budget: who spends a host's second allowance leaves the pool to the others") {
  Budget budget(64, 1s, 1s);
  Budget::Allowance one;
  Budget::Allowance other;
  for (std::uint32_t i = 0; i < budget.own(); ++i) CHECK(budget.take_shared(one));
  CHECK_FALSE(budget.take_shared(one));
  CHECK(budget.take_shared(other));
  budget.begin_tick();
  CHECK(budget.take_shared(one));
}

TEST_CASE("lag has a most, from which it leaks like any other") {
  SnapshotOrder order = order_at(5, 1);
  order.take(5, 2, kStart + 1h, 1000ms, 5s);
  CHECK(order.lag() == 5s);
  order.take(5, 3, kStart + 1h + 1000s, 1'001'000ms, 5s);
  CHECK(order.lag() == 4s);
}

TEST_CASE("a restored order takes no lag from the time before it was restored") {
  SnapshotOrder order;
  order.restore(7, 100);
  order.take(7, 103, kStart, 5'000'000ms, 1h);
  CHECK(order.lag() == 0s);
  order.take(7, 104, kStart + 3s, 5'001'000ms, 1h);
  CHECK(order.lag() == 2s - 3ms);
}
