#include <doctest/doctest.h>

#include "bench/proofs/fleet/judge.h"

namespace flatline::bench {
namespace {

const PhasePlan kCalm{.name = "calm", .verbs = "healthy"};
const PhasePlan kFailing{.name = "failing", .verbs = "fail 100%", .failing = 1};
const PhasePlan kSilent{.name = "silent", .verbs = "silent 100%", .silent = 1};

Finding judge_values(double first, double second, double third, double failing, double silent,
                     double tolerance = 0.1) {
  return judge_costs(
      "time",
      {{kCalm, first}, {kFailing, failing}, {kCalm, second}, {kSilent, silent}, {kCalm, third}},
      tolerance, 1, "ms");
}

TEST_CASE("a phase may cost as much as the dearest healthy one, and the tolerance") {
  struct Row {
    double first, second, third;
    double failing, silent;
    bool holds;
  };
  const Row rows[] = {
      {100, 100, 100, 100, 100, true},
      {100, 100, 100, 109, 20, true},   // Cheaper is no breach.
      {100, 100, 100, 111, 20, false},  // Beyond the tolerance,
      {100, 100, 100, 20, 111, false},  // whichever phase it is.
      {100, 120, 100, 131, 100, true},  // Noise of 20 %,
      {100, 120, 100, 133, 100, false},
      {100, 80, 100, 111, 100, false},  // but a cheap one excuses nothing,
      {100, 180, 100, 164, 100, true},  // nor a dear one more than half.
      {100, 180, 100, 166, 100, false},
  };
  for (const Row& row : rows) {
    const Finding finding = judge_values(row.first, row.second, row.third, row.failing, row.silent);
    CHECK_MESSAGE(finding.holds == row.holds, finding.text);
  }
  CHECK(judge_values(100, 180, 100, 250, 100, 2).holds);
}

TEST_CASE("both figures are told: the noise, and the worst phase's excess") {
  CHECK(judge_values(100, 96, 104, 103, 20).text ==
        "time: 3 healthy phases 96.000 to 104.000 ms, which is 8.0 % of noise; the worst other "
        "phase is -1.0 % from the dearest of them (failing), allowed is 10.0 %");
}

TEST_CASE("what was not seen proves nothing") {
  const auto holds = [](const std::vector<PhaseCost>& costs) {
    return judge_costs("time", costs, 0.1, 1, "ms").holds;
  };
  CHECK(holds({{kCalm, 1}, {kFailing, 1}, {kCalm, 1}}));
  CHECK_FALSE(holds({{kCalm, 1}, {kFailing, std::nullopt}, {kCalm, 1}}));
  CHECK_FALSE(holds({{kCalm, 1}, {kFailing, 1}, {kCalm, std::nullopt}}));
  CHECK_FALSE(holds({{kCalm, 1}, {kFailing, 1}}));
  CHECK_FALSE(holds({{kCalm, 1}, {kCalm, 1}}));
  CHECK_FALSE(holds({{kCalm, 0}, {kFailing, 0}, {kCalm, 0}}));
  CHECK_FALSE(holds({}));
}

}  // namespace
}  // namespace flatline::bench
