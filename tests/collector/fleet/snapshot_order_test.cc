#include "collector/fleet/snapshot_order.h"

#include <doctest/doctest.h>

using namespace flatline;
using namespace std::chrono_literals;
using Rank = SnapshotOrder::Rank;

namespace {

constexpr Instant kStart{100s};
constexpr std::uint64_t kMost = ~std::uint64_t{0};

/// An order that accepted the first snapshot of each of these epochs, a second apart.
SnapshotOrder order_of(std::initializer_list<std::uint64_t> epochs) {
  SnapshotOrder order;
  Instant at = kStart;
  for (const std::uint64_t epoch : epochs) order.take(epoch, 10, at += 1s);
  return order;
}

}  // namespace

TEST_CASE("rank: the newest epoch, those remembered, those that are not, and the edges of all") {
  struct Row {
    std::uint64_t epoch;
    std::uint64_t sequence;
    Rank rank;
  };
  // Newest is (7, 10); (5, 10) was superseded by it, and (3, 10) by that.
  const SnapshotOrder order = order_of({3, 5, 7});
  const Row rows[] = {
      {7, 11, Rank::kNewer}, {7, kMost, Rank::kNewer}, {7, 10, Rank::kStale},
      {7, 9, Rank::kStale},  {7, 0, Rank::kStale},     {8, 0, Rank::kNewer},
      {8, 1, Rank::kNewer},  {kMost, 0, Rank::kNewer}, {kMost, kMost, Rank::kNewer},
      {5, 10, Rank::kStale}, {5, 11, Rank::kOlder},    {3, 10, Rank::kStale},
      {3, 11, Rank::kOlder}, {6, 1, Rank::kOlder},     {4, 1, Rank::kOlder},
      {1, 0, Rank::kOlder},  {0, 0, Rank::kStale},     {0, kMost, Rank::kStale},
  };
  for (const Row& row : rows) {
    CAPTURE(row.epoch);
    CAPTURE(row.sequence);
    CHECK(order.rank(row.epoch, row.sequence) == row.rank);
  }
}

TEST_CASE("a host of which nothing is known: any epoch but 0 is newer") {
  const SnapshotOrder order;
  CHECK_FALSE(order.started());
  CHECK(order.rank(0, 0) == Rank::kStale);
  CHECK(order.rank(0, 1) == Rank::kStale);
  CHECK(order.rank(1, 0) == Rank::kNewer);
  CHECK(order.rank(kMost, kMost) == Rank::kNewer);
}

TEST_CASE("skipped sequence numbers are counted within an epoch only") {
  SnapshotOrder order = order_of({5});
  CHECK(order.take(5, 11, kStart) == 0);
  CHECK(order.take(5, 15, kStart) == 3);
  CHECK(order.take(6, 900, kStart) == 0);
}

TEST_CASE("three newer snapshots of an older epoch within a window are a clone") {
  SnapshotOrder order = order_of({5, 6});
  CHECK_FALSE(order.take_older(5, 11, kStart, 4s));
  CHECK(order.rank(5, 11) == Rank::kStale);  // It was seen before.
  CHECK_FALSE(order.take_older(5, 12, kStart + 2s, 4s));
  CHECK(order.take_older(5, 13, kStart + 4s, 4s));
  CHECK(order.take_older(5, 14, kStart + 4s, 4s));
  // After a window the count starts again.
  CHECK_FALSE(order.take_older(5, 15, kStart + 9s, 4s));
}

TEST_CASE("of two older epochs each counts for itself") {
  SnapshotOrder order = order_of({3, 5, 7});
  for (std::uint64_t sequence = 11; sequence < 13; ++sequence) {
    CHECK_FALSE(order.take_older(3, sequence, kStart, 4s));
    CHECK_FALSE(order.take_older(5, sequence, kStart, 4s));
  }
  CHECK(order.take_older(3, 13, kStart, 4s));
  CHECK(order.take_older(5, 13, kStart, 4s));
}

TEST_CASE("while one machine starts anew again and again, the other's epoch stays remembered") {
  SnapshotOrder order = order_of({3, 5});
  Instant at = kStart + 10s;
  for (std::uint64_t epoch = 6, sequence = 11; epoch < 20; ++epoch, ++sequence) {
    order.take_older(3, sequence, at += 1s, 4s);
    order.take(epoch, 1, at += 1s);
    CAPTURE(epoch);
    CHECK(order.remembers(3));
    if (epoch > 6) CHECK(order.remembers(epoch - 1));
    CHECK_FALSE(order.remembers(epoch - 2));
  }
}

TEST_CASE("an epoch that is not remembered takes the place of the one that spoke longest ago") {
  SnapshotOrder order = order_of({3, 5, 7});
  CHECK_FALSE(order.take_older(4, 1, kStart + 10s, 4s));
  CHECK(order.remembers(4));
  CHECK(order.remembers(5));
  CHECK_FALSE(order.remembers(3));
  CHECK_FALSE(order.take_older(4, 2, kStart + 11s, 4s));
  CHECK(order.take_older(4, 3, kStart + 12s, 4s));
}

TEST_CASE("a restored order refuses what was accepted before") {
  SnapshotOrder order;
  order.restore(7, 100);
  CHECK(order.started());
  CHECK(order.rank(7, 100) == Rank::kStale);
  CHECK(order.rank(7, 101) == Rank::kNewer);
  CHECK(order.rank(8, 1) == Rank::kNewer);
}
