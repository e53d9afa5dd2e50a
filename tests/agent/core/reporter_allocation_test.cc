// Reporting allocates nothing, whatever the checks are: an agent's memory is flat for weeks.

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "agent/core/reporter.h"
#include "tests/harness/allocations.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::allocations;

TEST_CASE("report allocates nothing: PENDING, OK, failing, and stale for whatever time") {
  ReporterOptions options;
  options.name = HostName{"web-001"};
  std::vector<CheckPlan> plans;
  for (std::size_t i = 0; i < kChecks; ++i) plans.push_back({CheckName{std::to_string(i)}, 10s});
  Reporter reporter(options, plans, Instant{});
  const Message message{std::string(kMessageBytes, 'x')};

  const std::size_t before = allocations();
  Instant now{};
  for (int step = 0; step < 1000; ++step) {
    now += 1s + 37ms;
    if (step % 100 < 50) {
      const auto state = step % 3 == 0 ? CheckState::kCritical : CheckState::kOk;
      reporter.take(static_cast<std::size_t>(step) % kChecks, {state, 1.5F, message}, now);
    }
    (void)reporter.report(now, WallTime{}, 1s);
  }
  for (const Duration age : {Duration{99h + 59min + 59s}, Duration{24h * 365 * 30 - 1ms}}) {
    for (std::size_t i = 0; i < 2 * kChecks; ++i) (void)reporter.report(now + age, WallTime{}, 1s);
  }
  CHECK(allocations() == before);
}

}  // namespace
}  // namespace flatline
