#include "collector/fleet/lag.h"

#include <doctest/doctest.h>

#include "schema/limits.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

constexpr Duration kWindow = 4500ms;
constexpr WallTime kWall{1'700'000'000s};

/// A host and the way to its collector: what passes of each clock is told step by step.
struct Journey {
  Lag lag;
  Moment arrival{Instant{100s}, kWall};
  WallTime sent_at = kWall;
  Milliseconds uptime{1h};

  Journey() { tell(false); }

  void tell(bool is_first_of_epoch) {
    lag.take({arrival, sent_at, uptime}, is_first_of_epoch, kWindow);
  }
  /// `of_collector` passes on all clocks of the collector, `of_host` on both of the host.
  void pass(Duration of_collector, Milliseconds of_host, bool is_first_of_epoch = false) {
    arrive(of_collector);
    uptime += of_host;
    sent_at += of_host;
    tell(is_first_of_epoch);
  }
  void arrive(Duration passed) {
    arrival.now += passed;
    arrival.raw += passed;
    arrival.wall += std::chrono::floor<Milliseconds>(passed);
  }
};

}  // namespace

TEST_CASE("lag grows by what arrivals fall behind the host, and leaks 0.05 %") {
  Journey host;
  CHECK(host.lag.value() == 0s);
  host.pass(1s, 1s);
  CHECK(host.lag.value() == 0s);  // Arrivals keep pace, so there is nothing to leak.
  host.pass(3s, 1s);
  CHECK(host.lag.value() == 2s - 1500us);  // 3 s passed for the collector, 1 s for the host.
  host.pass(1s, 1s);
  CHECK(host.lag.value() == 2s - 2ms);
  host.pass(0s, 8s);
  CHECK(host.lag.value() == 0s);  // Lag never falls below zero.
}

TEST_CASE("lag has no cap: who was held back for an hour is an hour late") {
  Journey host;
  host.pass(3600s, 1s);
  CHECK(host.lag.value() == 3599s - 1800ms);
}

TEST_CASE("a clock that is stepped back counts half a window more than the other at the most") {
  Journey host;
  host.arrive(1s);
  host.uptime += 1s;
  host.sent_at -= 9s;
  host.tell(false);
  CHECK(host.lag.value() == 0s);  // By its uptime nothing was held back.
  host.arrive(20s);
  host.sent_at += 20s;  // Its uptime stands still, so that now the send times have the smaller sum.
  host.tell(false);
  CHECK(host.lag.value() == kWindow / 2 - 10ms);
}

TEST_CASE("a host whose crystal is 0.05 % slow gathers no lag, one 1 % slow does") {
  Journey slow;
  Journey slower;
  for (int i = 0; i < 1000; ++i) {
    slow.pass(2s, 1999ms);
    slower.pass(2s, 1980ms);
  }
  CHECK(slow.lag.value() == 0s);
  CHECK(slower.lag.value() == 19s);
}

TEST_CASE("the collector's slewed clock makes no lag, whichever way it is slewed") {
  for (const int percent : {108, 92}) {
    Journey host;
    for (int i = 0; i < 1000; ++i) {
      host.arrival.now += 10ms * percent;
      host.arrival.raw += 1s;
      host.uptime += 1s;
      host.sent_at += 1s;
      host.tell(false);
    }
    CHECK(host.lag.value() == 0s);
  }
}

TEST_CASE("the host's slewed wall clock makes no lag") {
  Journey host;
  for (int i = 0; i < 1000; ++i) {
    host.arrive(1s);
    host.uptime += 1s;
    host.sent_at += 917ms;
    host.tell(false);
  }
  CHECK(host.lag.value() == 0s);
}

TEST_CASE("a wall clock that jumps makes no lag, and hides none that the uptime tells") {
  for (const Milliseconds jump : {Milliseconds{-365 * 24h}, Milliseconds{-3s}, Milliseconds{3s}}) {
    Journey host;
    host.sent_at += jump;
    host.pass(1s, 1s);
    CHECK(host.lag.value() == 0s);
  }
  Journey held;
  held.pass(1000s, 1s);
  held.sent_at += 10s;
  held.pass(1s, 1s);
  // It may win what the clock was stepped by, and no more.
  CHECK(held.lag.value() > 985s);
  CHECK(held.lag.value() < 990s);
}

TEST_CASE("a machine that stood still is late until its clock is put right, and then at once not") {
  Journey host;
  host.pass(3600s, 1s);  // Paused for an hour, all its clocks with it.
  CHECK(host.lag.value() > 3590s);
  host.sent_at += 3599s;
  host.pass(1s, 1s);
  CHECK(host.lag.value() == 0s);
  // Uptime will not catch up, but it is never more than half a window above the send time.
  host.pass(kWindow / 2, 0ms);
  CHECK(host.lag.value() < kWindow);
}

TEST_CASE("lag goes on over the epochs of one boot") {
  Journey host;
  host.pass(11s, 1s);
  for (int i = 0; i < 10; ++i) host.pass(1s, 1s, true);
  CHECK(host.lag.value() > 9980ms);
  host.pass(5s, 1s, true);
  CHECK(host.lag.value() > 13'970ms);
}

TEST_CASE("over a reboot lag goes on by send time, if both clocks agreed before and after") {
  // The second row's uptime is above the one before: that is another boot's too.
  for (const Milliseconds uptime : {Milliseconds{5s}, Milliseconds{2h}}) {
    CAPTURE(uptime.count());
    Journey host;
    host.pass(20s, 1s);
    const Duration before = host.lag.value();
    host.arrive(10s);
    host.sent_at += 10s;
    host.uptime = uptime;
    host.tell(true);
    CHECK(host.lag.value() == before - 5ms);
  }
}

TEST_CASE("an agent that starts anew while its clock is set back is not late") {
  Journey host;
  for (int i = 0; i < 10; ++i) host.pass(1s, 1s);
  host.sent_at -= 60s;
  host.pass(1s, 1s, true);
  CHECK(host.lag.value() == 0s);
}

TEST_CASE("over a reboot of a host without a good clock lag begins anew") {
  Journey host;
  host.sent_at += 10min;
  host.tell(false);
  host.pass(20s, 1s);
  CHECK(host.lag.value() > 10s);
  host.uptime = 1s;
  host.pass(10s, 1s, true);
  CHECK(host.lag.value() == 0s);
}

TEST_CASE("clocks agree within five minutes, to the millisecond") {
  for (const auto& [ahead, goes_on] :
       {std::pair{-300'000ms, true}, {-300'001ms, false}, {300'000ms, true}, {300'001ms, false}}) {
    Journey host;
    host.pass(20s, 20s);
    host.arrive(20s);  // Only the last 20 s are lag.
    host.tell(false);
    host.sent_at = host.arrival.wall + ahead;
    host.uptime = 1s;
    host.tell(true);
    // Stepped forward or not: if it goes on, the send time decides.
    CAPTURE(ahead.count());
    CHECK((host.lag.value() > 0s) == (goes_on && ahead < 0ms));
  }
}

TEST_CASE("clocks of any value overflow nothing") {
  constexpr Milliseconds kMost{std::int64_t{1} << 53};
  for (const Milliseconds said : {kMost, -kMost, Milliseconds{0}}) {
    for (const Milliseconds then : {kMost, -kMost, Milliseconds{0}}) {
      for (const bool is_first_of_epoch : {false, true}) {
        Journey host;
        host.uptime = said;
        host.sent_at = WallTime{said};
        host.tell(is_first_of_epoch);
        host.arrive(1s);
        host.uptime = then;
        host.sent_at = WallTime{then};
        host.tell(is_first_of_epoch);
        CHECK(host.lag.value() >= 0s);
        CHECK(host.lag.value() <= 2 * kWindow);
      }
    }
  }
}
