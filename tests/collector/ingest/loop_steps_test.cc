// The loop's steps, taken without libuv, a socket or a clock.

#include "collector/ingest/loop_steps.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace test;

constexpr std::size_t kRoom = 10 * kReceiveBatch * kRestsPerReceiveBuffer;

struct Stepped {
  [[nodiscard]] Moment after(Milliseconds since) const {
    return {driver.now + since, driver.arrival().wall + since};
  }
  [[nodiscard]] ViewHead newest() const {
    ViewHead head;
    REQUIRE(board.read_head(head));
    return head;
  }

  FleetDriver driver;
  ViewBoard board{driver.options.capacity};
  std::uint32_t actions_waiting = 0;
  int published = 0;
  bool was_filled = false;
  LoopSteps steps{driver.fleet,
                  board,
                  driver.options.tick,
                  kRoom,
                  {[this](bool filled) {
                     was_filled = filled;
                     return LoopSteps::KernelLosses{3, 4};
                   },
                   [] { return true; }, [this] { ++published; },
                   [this](WallTime, std::uint32_t most) {
                     const std::uint32_t performed = std::min(most, actions_waiting);
                     actions_waiting -= performed;
                     return performed;
                   }}};
};

TEST_CASE("what is taken off the socket and noticed at the edge shows in the next tick's view") {
  Stepped loop;
  Host host("web-1");
  const Datagram datagram = host.say(loop.driver.now);
  const std::vector<ReceivedDatagram> full(kReceiveBatch, {datagram, address_of(7)});
  loop.steps.start(loop.driver.now);
  CHECK(loop.steps.take(full, loop.after(1ms)));
  CHECK_FALSE(loop.steps.take({}, loop.after(2ms)));
  loop.steps.begin_tick();
  loop.steps.tick(loop.after(3ms));
  const ViewHead head = loop.newest();
  CHECK(head.tick == 1);
  CHECK(head.at == loop.after(3ms).now);
  CHECK(head.time == loop.after(3ms).wall);
  CHECK(head.counts.healthy == 1);
  CHECK(head.work.receive_calls == 2);
  CHECK(head.work.datagrams == kReceiveBatch);
  CHECK(head.work.datagram_bytes == kReceiveBatch * kDatagramBytes);
  CHECK(head.lost == 3);
  CHECK(head.filtered == 4);
  CHECK((head.flags & flag_bit(Flag::kDegraded)) != 0);
  CHECK(loop.published == 1);
}

TEST_CASE("a look that took much is followed by a shorter rest, and one that took little is not") {
  Stepped loop;
  const Datagram foreign{};
  const std::vector<ReceivedDatagram> full(kReceiveBatch, {foreign, address_of(7)});
  const Milliseconds longest = loop.steps.rest();
  CHECK(longest == kMaxReceiveRest);
  CHECK_FALSE(loop.steps.take({}, loop.after(0ms)));
  const auto look = [&](int batches, Milliseconds at) {
    for (int i = 0; i < batches; ++i) CHECK(loop.steps.take(full, loop.after(at)));
    CHECK_FALSE(loop.steps.take({}, loop.after(at)));
    return loop.steps.rest();
  };
  CHECK(look(10, 15ms) == longest);
  CHECK(look(20, 30ms) == 7ms);
  CHECK(look(100, 38ms) == 0ms);
  CHECK(look(1, 39ms) == 10ms);
  CHECK(look(1, 49ms) == longest);
}

TEST_CASE("a tick tells who reads the kernel's counters whether the buffer may have been full") {
  Stepped loop;
  const std::vector<ReceivedDatagram> full(kReceiveBatch, {Datagram{}, address_of(7)});
  const auto tick = [&](int batches, bool drained) {
    for (int i = 0; i < batches; ++i) CHECK(loop.steps.take(full, loop.after(0ms)));
    if (drained) CHECK_FALSE(loop.steps.take({}, loop.after(0ms)));
    loop.steps.tick(loop.after(0ms));
    return loop.was_filled;
  };
  CHECK_FALSE(tick(10, true));
  CHECK(tick(11, true));
  CHECK_FALSE(tick(1, true));
  CHECK(tick(1, false));
  CHECK_FALSE(tick(1, true));
}

TEST_CASE("a tick that comes late is counted, and the next one is due when it always was") {
  Stepped loop;
  const Instant start = loop.driver.now;
  loop.steps.start(start);
  CHECK(loop.steps.next_tick() == start);
  loop.steps.tick(loop.after(0ms));
  loop.steps.end_tick(start, start + 5ms);
  CHECK(loop.steps.next_tick() == start + 1s);
  for (Milliseconds beat = 250ms; beat <= 3000ms; beat += 250ms) loop.steps.beat(loop.after(beat));
  loop.steps.tick(loop.after(3200ms));
  CHECK(loop.steps.next_tick() == start + 4s);
  const ViewHead head = loop.newest();
  CHECK(head.late_ticks == 1);
  CHECK(head.worst_lateness == 2200ms);
  CHECK(head.work.last_lateness == 2200ms);
  CHECK(head.work.tick_time == 5ms);
  loop.steps.tick(loop.after(4000ms));
  CHECK(loop.newest().late_ticks == 1);
  CHECK(loop.newest().work.last_lateness == 0ms);
}

TEST_CASE("how long ticks took and how late they came is counted by fixed bounds") {
  Stepped loop;
  const Instant start = loop.driver.now;
  loop.steps.start(start);
  int ticks = 0;
  for (const Duration bound : kDurationBounds) {
    // Exactly at a bound, and just beyond it.
    for (const Duration length : {bound, bound + 1ns}) {
      loop.steps.tick({loop.steps.next_tick() + length, loop.driver.arrival().wall + ++ticks * 1s});
      loop.steps.end_tick(start, start + length);
    }
  }
  loop.steps.tick({loop.steps.next_tick(), loop.driver.arrival().wall + 1h});
  const LoopWork work = loop.newest().work;
  Duration sum{0};
  for (std::size_t i = 0; i < kDurationBounds.size(); ++i) {
    CAPTURE(i);
    sum += 2 * Duration{kDurationBounds[i]} + 1ns;
    CHECK(work.tick_times[i] == (i == 0 ? 1 : 2));
    CHECK(work.latenesses[i] == 2);
  }
  CHECK(work.tick_times.back() == 1);
  CHECK(work.latenesses.back() == 1);
  CHECK(work.tick_time == sum);
  CHECK(work.lateness == sum);
}

TEST_CASE("actions beyond a tick's share wait for the next tick") {
  Stepped loop;
  loop.actions_waiting = kActionsPerTick + 3;
  loop.steps.perform_actions(loop.after(0ms).wall);
  CHECK(loop.actions_waiting == 3);
  loop.steps.beat(loop.after(1ms));
  CHECK(loop.actions_waiting == 3);
  loop.steps.begin_tick();
  loop.steps.beat(loop.after(2ms));
  CHECK(loop.actions_waiting == 0);
}

}  // namespace
}  // namespace flatline
