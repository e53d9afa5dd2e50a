// Which step a moment belongs to, where it is stored, and how many were missed between two.

#include "collector/view/history_shape.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr HistoryShape kShape{16'384, 10, 10s};
constexpr WallTime kWall{Milliseconds{1'700'000'000'000}};
constexpr Instant kNow{500s};

TEST_CASE("a step has a page for each 3,840 slots, and its number finds its row") {
  CHECK(HistoryShape{64, 10, 10s}.chunks() == 1);
  CHECK(HistoryShape{kSlotsPerHistoryChunk, 10, 10s}.chunks() == 1);
  CHECK(HistoryShape{kSlotsPerHistoryChunk + 64, 10, 10s}.chunks() == 2);
  CHECK(kShape.chunks() == 5);
  CHECK(kShape.rows() == 50);
  CHECK(kShape.row(0, 0) == 0);
  CHECK(kShape.row(9, 4) == 49);
  CHECK(kShape.row(10, 1) == 1);
  CHECK(kShape.row(23, 2) == 17);
}

TEST_CASE("steps are numbered by the wall clock from 1970 on") {
  CHECK(kShape.number_at(WallTime{9'999ms}) == 0);
  CHECK(kShape.number_at(WallTime{10'000ms}) == 1);
  CHECK(kShape.number_at(WallTime{-60'000ms}) == 0);
  CHECK(kShape.number_at(kWall) == 170'000'000);
}

TEST_CASE("missed steps are those between two views, by the wall clock") {
  const auto missed = [](Duration passed) {
    const auto ms = std::chrono::floor<Milliseconds>(passed);
    return kShape.steps_between({kNow, kWall}, {kNow + passed, kWall + ms});
  };
  CHECK(missed(0s) == 0);
  CHECK(missed(9'999ms) == 0);
  CHECK(missed(10s) == 0);
  CHECK(missed(20s) == 1);
  CHECK(missed(29s) == 1);
  CHECK(missed(50s) == 4);
}

TEST_CASE("a wall clock that is set counts no more steps than passed by the steady one") {
  const auto missed = [](Duration passed, Milliseconds wall) {
    return kShape.steps_between({kNow, kWall}, {kNow + passed, kWall + wall});
  };
  CHECK(missed(10s, 24h) == 0);
  CHECK(missed(30s, 24h) == 2);
  CHECK(missed(30s, -24h) == 2);
  CHECK(missed(30s, 20s) == 1);  // The wall clock fell behind: fewer numbers lie between.
  // What passed is rounded to the nearest number of steps.
  CHECK(missed(24'999ms, 24h) == 1);
  CHECK(missed(25s, 24h) == 2);
  CHECK(missed(4s, 24h) == 0);
}

}  // namespace
}  // namespace flatline
