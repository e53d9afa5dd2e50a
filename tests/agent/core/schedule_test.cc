#include "agent/core/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration time) {
  return Instant{time};
}

TEST_CASE("a deadline is due when it has come, not before") {
  const Schedule schedule{1s, at(5s)};
  CHECK_FALSE(schedule.due(at(5s - 1ns)));
  CHECK(schedule.due(at(5s)));
  CHECK(schedule.due(at(9s)));
}

TEST_CASE("late service moves no deadline, missed ones are skipped and counted") {
  struct Row {
    Duration late;
    std::uint64_t skipped;
    Duration next;
  };
  // Period 1 s, first deadline at 5 s.
  constexpr std::array<Row, 8> kRows{{{0ns, 0, 6s},
                                      {1ns, 0, 6s},
                                      {999ms, 0, 6s},
                                      {1s - 1ns, 0, 6s},
                                      {1s, 1, 7s},
                                      {1s + 1ns, 1, 7s},
                                      {2s, 2, 8s},
                                      {3600s * 24 * 365 + 1ns, 31'536'000, 31'536'006s}}};
  for (const Row& row : kRows) {
    CAPTURE(row.late.count());
    Schedule schedule{1s, at(5s)};
    CHECK(schedule.advance(at(5s + row.late)) == row.skipped);
    CHECK(schedule.next() == at(row.next));
    CHECK_FALSE(schedule.due(at(5s + row.late)));
  }
}

TEST_CASE("lateness never adds up") {
  Schedule schedule{100ms, at(7ms)};
  for (int i = 0; i < 10'000; ++i) REQUIRE(schedule.advance(schedule.next() + 99ms) == 0);
  CHECK(schedule.next() == at(7ms + 10'000 * 100ms));
}

TEST_CASE("phases are spread evenly and stay within the period") {
  constexpr Duration kPeriod = 1s;
  constexpr std::size_t kHosts = 10'000;
  constexpr std::size_t kBins = 100;
  // Consecutive ids are the hardest ones to spread; real ids are hashes already.
  std::array<unsigned, kBins> bins{};
  for (std::uint64_t id = 1; id <= kHosts; ++id) {
    const Duration phase = phase_of(AgentId{id}, kPeriod);
    REQUIRE(phase >= 0ns);
    REQUIRE(phase < kPeriod);
    ++bins[static_cast<std::size_t>(phase / (kPeriod / static_cast<long>(kBins)))];
  }
  // A bin gets 100 on average, with a deviation of 10. Five deviations leave room for any fair
  // hash.
  const auto [fewest, most] = std::minmax_element(bins.begin(), bins.end());
  CHECK(*fewest >= 50);
  CHECK(*most <= 150);
}

TEST_CASE("a phase is the same every time and scales with the period") {
  const AgentId agent{0x0123456789ABCDEF};
  CHECK(phase_of(agent, 1s) == phase_of(agent, 1s));
  CHECK(phase_of(agent, 300s) / 300 == phase_of(agent, 1s));
  CHECK(phase_of(agent, 1ns) == 0ns);
  CHECK(phase_of(AgentId{~std::uint64_t{0}}, 24h) < 24h);
}

TEST_CASE("the first deadline is the next place of the phase on the wall clock's grid") {
  struct Row {
    Milliseconds wall;
    Duration phase;
    Duration wait;
  };
  // Period 1 s. The deadline lies after now, never at it, and at most one period away.
  constexpr std::array<Row, 9> kRows{{{10'000ms, 250ms, 250ms},
                                      {10'249ms, 250ms, 1ms},
                                      {10'250ms, 250ms, 1s},
                                      {10'251ms, 250ms, 999ms},
                                      {10'999ms, 0ns, 1ms},
                                      {10'000ms, 0ns, 1s},
                                      {10'000ms, 1s - 1ns, 1s - 1ns},
                                      {-1ms, 250ms, 251ms},
                                      {-900ms, 950ms, 850ms}}};
  for (const Row& row : kRows) {
    CAPTURE(row.wall.count());
    CAPTURE(row.phase.count());
    CHECK(first_deadline(at(42s), WallTime{row.wall}, 1s, row.phase) == at(42s + row.wait));
  }
}

TEST_CASE("a step of the wall clock changes where a schedule starts, never where it goes on") {
  const Duration phase = 300ms;
  const Instant before = first_deadline(at(42s), WallTime{1'000'000ms}, 1s, phase);
  const Instant year_ahead =
      first_deadline(at(42s), WallTime{1'000'000ms} + std::chrono::years{1}, 1s, phase);
  const Instant year_10000 =
      first_deadline(at(42s), WallTime{Milliseconds{253'402'300'800'000}}, 1s, phase);
  CHECK(before == at(42s + 300ms));
  CHECK(year_10000 == before);
  CHECK(year_ahead - at(42s) <= 1s);

  Schedule schedule{1s, before};
  schedule.advance(before);
  CHECK(schedule.next() == before + 1s);
}

}  // namespace
}  // namespace flatline
