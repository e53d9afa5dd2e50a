// What the collector did over time, from stored steps: gaps, restarts and clocks falsify nothing.

#include "collector/view/work_timeline.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kStart{Milliseconds{1'700'000'000'000}};

/// The step of a collector that takes 100 datagrams and 10 ms of a processor a second.
StepHead step(int seconds, std::uint64_t start = 7) {
  StepHead head;
  head.number = static_cast<std::uint64_t>(seconds + 100);
  head.time = kStart + std::chrono::seconds{seconds};
  head.tick = static_cast<std::uint64_t>(seconds + 100);
  head.generation = start << 32;
  head.work.at = Instant{1h + std::chrono::seconds{seconds}};
  head.work.processor_time = 5s + seconds * 10ms;
  head.work.datagrams = 100 * head.tick;
  head.work.datagram_bytes = 560 * head.work.datagrams;
  head.work.published_bytes = 2000 * head.tick;
  head.work.tick_time = seconds * 2ms;
  head.work.worst_tick = 3ms;
  return head;
}

std::vector<WorkBucket> buckets(const std::vector<StepHead>& steps, std::uint32_t count = 2) {
  return work_buckets_of(steps, kStart, kStart + 40s, count);
}

TEST_CASE("a bucket has what was done in the time of its steps") {
  const auto made = buckets({step(-10), step(0), step(10), step(20), step(30)});
  REQUIRE(made.size() == 2);
  for (const WorkBucket& bucket : made) {
    CHECK(bucket.steps == 2);
    CHECK(bucket.starts == 0);
    CHECK(bucket.time == 20s);
    CHECK(bucket.datagrams == 2000);
    CHECK(bucket.datagram_bytes == 2000 * 560);
    CHECK(bucket.processor_time == 200ms);
    CHECK(bucket.tick_time == 40ms);
    CHECK(bucket.worst_tick == 3ms);
  }
  CHECK(made[1].from == kStart + 20s);
}

TEST_CASE("lost steps make a rate no other") {
  const auto made = buckets({step(0), step(35)});
  CHECK(made[0].time == Duration{0});
  CHECK(made[0].steps == 1);
  CHECK(made[1].time == 35s);
  CHECK(made[1].datagrams == 3500);
}

TEST_CASE("the first step of a start tells nothing, and none before there was anything to tell") {
  std::vector<StepHead> steps = {step(0), step(10), step(20, 8), step(30, 8)};
  steps[2].work.datagrams = 5;
  steps[3].work.datagrams = 905;
  const auto made = buckets(steps);
  CHECK(made[0].datagrams == 1000);
  CHECK(made[1].starts == 1);
  CHECK(made[1].steps == 2);
  CHECK(made[1].datagrams == 900);
  CHECK(made[1].time == 10s);
  for (StepHead& head : steps) head.work = {};
  for (const WorkBucket& bucket : buckets(steps)) CHECK(bucket.time == Duration{0});
  CHECK(buckets({}).size() == 2);
}

TEST_CASE("a wall clock that was set changes no rate, and steps out of order tell nothing") {
  std::vector<StepHead> steps = {step(0), step(10)};
  steps[1].time += 5s;  // The clock was put forward.
  CHECK(buckets(steps, 1)[0].time == 10s);
  CHECK(buckets(steps, 1)[0].datagrams == 1000);
  std::swap(steps[0], steps[1]);
  std::swap(steps[0].time, steps[1].time);
  CHECK(buckets(steps, 1)[0].time == Duration{0});
}

}  // namespace
}  // namespace flatline
