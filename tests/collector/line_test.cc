#include "collector/line.h"

#include <doctest/doctest.h>

#include "collector/budget.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{100s};

Line line_at(std::uint64_t epoch, std::uint64_t sequence) {
  Line line;
  line.take(epoch, sequence, kStart, 0ms);
  return line;
}

}  // namespace

TEST_CASE("lag grows by what arrivals fall behind the host's uptime, and leaks 0.1 %") {
  Line line = line_at(5, 1);
  line.take(5, 2, kStart + 1s, 1000ms);
  CHECK(line.lag() == 0s);  // In step: the leak finds nothing.
  line.take(5, 3, kStart + 4s, 2000ms);
  CHECK(line.lag() == 2s - 3ms);  // 3 s passed here, 1 s there.
  line.take(5, 4, kStart + 5s, 3000ms);
  CHECK(line.lag() == 2s - 4ms);
  line.take(5, 5, kStart + 5s, 10'000ms);
  CHECK(line.lag() == 0s);  // Never below.
}

TEST_CASE("a host whose clock runs 0.1 % slow gathers no lag, one 1 % slow does") {
  Line slow = line_at(5, 1);
  Line slower = line_at(5, 1);
  for (int i = 1; i <= 1000; ++i) {
    slow.take(5, static_cast<std::uint64_t>(i) + 1, kStart + i * 1s, Milliseconds{i * 999});
    slower.take(5, static_cast<std::uint64_t>(i) + 1, kStart + i * 1s, Milliseconds{i * 990});
  }
  CHECK(slow.lag() == 0s);
  CHECK(slower.lag() == 9s);
}

TEST_CASE("an uptime that falls back within an epoch counts as none; a new epoch starts afresh") {
  Line line = line_at(5, 1);
  line.take(5, 2, kStart + 1s, 500'000ms);
  line.take(5, 3, kStart + 2s, 0ms);
  CHECK(line.lag() == 1s - 1ms);
  line.take(6, 1, kStart + 1h, 1ms);
  CHECK(line.lag() == 0s);
}

TEST_CASE("skipped sequence numbers are counted within an epoch only") {
  Line line = line_at(5, 10);
  CHECK(line.take(5, 11, kStart, 0ms) == 0);
  CHECK(line.take(5, 15, kStart, 0ms) == 3);
  CHECK(line.take(6, 900, kStart, 0ms) == 0);
}

TEST_CASE("only the epoch just superseded can go on; three of it within a window are a clone") {
  Line line = line_at(5, 10);
  CHECK_FALSE(line.place(4, 11) == Line::Place::kSuperseded);
  line.take(6, 1, kStart, 0ms);
  CHECK(line.place(5, 10) == Line::Place::kStale);
  CHECK(line.place(5, 11) == Line::Place::kSuperseded);
  CHECK(line.place(4, 11) == Line::Place::kStale);
  CHECK_FALSE(line.take_superseded(11, kStart, 4s));
  CHECK(line.place(5, 11) == Line::Place::kStale);  // A replay of it tells nothing new.
  CHECK_FALSE(line.take_superseded(12, kStart + 2s, 4s));
  CHECK(line.take_superseded(13, kStart + 4s, 4s));
  CHECK(line.take_superseded(14, kStart + 4s, 4s));
  // A window later the count starts again.
  CHECK_FALSE(line.take_superseded(15, kStart + 9s, 4s));
}

TEST_CASE("a restored line refuses what was accepted before") {
  Line line;
  CHECK_FALSE(line.started());
  line.restore(7, 100);
  CHECK(line.started());
  CHECK(line.place(7, 100) == Line::Place::kStale);
  CHECK(line.place(7, 101) == Line::Place::kNewer);
  CHECK(line.place(8, 1) == Line::Place::kNewer);
}

TEST_CASE("budget: twice the fastest agent's rate each, pools a quarter of the capacity") {
  Budget slow(16'384, 1s, 1s);
  CHECK(slow.own() == 4);
  CHECK(slow.pool() == 4096);
  CHECK(Budget(16'384, 1s, 100ms).own() == 22);
  CHECK(Budget(16'384, 1s, 300ms).own() == 10);
  CHECK(Budget(64, 1s, 1s).pool() == 64);
  CHECK(Budget(1'048'576, 1s, 1s).pool() == 16'384);
}
