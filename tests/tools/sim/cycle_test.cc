#include "tools/sim/cycle.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <vector>

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration time) {
  return Instant{time};
}

TEST_CASE("a cycle goes round all senders, in the order of time, once an interval") {
  const std::vector<Duration> phases{0ms, 100ms, 100ms, 999ms};
  Cycle cycle(phases, 1s, at(5s), at(5s));
  Instant last = at(0s);
  for (std::uint64_t interval = 0; interval < 100; ++interval) {
    for (std::size_t sender = 0; sender < phases.size(); ++sender) {
      CHECK(cycle.next().sender == sender);
      CHECK(cycle.next().interval == interval);
      CHECK(cycle.next().deadline == at(5s + interval * 1s + phases[sender]));
      CHECK(cycle.next().deadline >= last);
      last = cycle.next().deadline;
      cycle.advance();
    }
  }
}

TEST_CASE("a cycle begins with the first slot at or after its start") {
  const std::vector<Duration> phases{100ms, 500ms, 900ms};
  struct Row {
    Duration start;
    std::size_t sender;
    Duration deadline;
  };
  constexpr std::array<Row, 8> kRows{{{0ms, 0, 100ms},
                                      {100ms, 0, 100ms},
                                      {100ms + 1ns, 1, 500ms},
                                      {500ms, 1, 500ms},
                                      {899ms, 2, 900ms},
                                      {900ms, 2, 900ms},
                                      {900ms + 1ns, 0, 1100ms},
                                      {1s, 0, 1100ms}}};
  for (const Row& row : kRows) {
    CAPTURE(row.start.count());
    const Cycle cycle(phases, 1s, at(7s), at(7s + row.start));
    CHECK(cycle.next().sender == row.sender);
    CHECK(cycle.next().deadline == at(7s + row.deadline));
  }
}

TEST_CASE("pace is kept, late or lost, at the exact boundaries") {
  struct Row {
    Duration interval;
    Duration lateness;
    Pace::Verdict verdict;
  };
  using enum Pace::Verdict;
  const std::array<Row, 8> rows{{{1s, 0ns, kKept},
                                 {1s, 100ms, kKept},
                                 {1s, 100ms + 1ns, kLate},
                                 {1s, 1s - 1ns, kLate},
                                 {1s, 1s, kSkip},
                                 {100ms, 20ms, kKept},
                                 {100ms, 20ms + 1ns, kLate},
                                 {100ms, 100ms, kSkip}}};
  for (const Row& row : rows) {
    CAPTURE(row.lateness.count());
    Pace pace(row.interval);
    CHECK(pace.judge(at(5s), at(5s + row.lateness)) == row.verdict);
    CHECK(pace.late() == (row.verdict == kLate ? 1 : 0));
    CHECK(pace.skipped() == (row.verdict == kSkip ? 1 : 0));
    CHECK(pace.worst() == row.lateness);
  }
}

TEST_CASE("pace remembers the worst") {
  Pace pace(1s);
  (void)pace.judge(at(1s), at(1s + 3ms));
  (void)pace.judge(at(2s), at(2s + 7ms));
  (void)pace.judge(at(3s), at(3s + 5ms));
  CHECK(pace.worst() == 7ms);
}

}  // namespace
}  // namespace flatline::sim
