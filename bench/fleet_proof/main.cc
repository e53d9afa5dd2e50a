// fleet: the proof that the collector's load does not follow its fleet's health.

#include <fmt/format.h>

#include <cstdio>

#include "bench/fleet_proof/judge.h"
#include "bench/fleet_proof/measured.h"
#include "bench/fleet_proof/plan.h"
#include "bench/fleet_proof/report.h"
#include "schema/error.h"
#include "schema/identity.h"

namespace flatline::bench {
namespace {

int prove(const Plan& plan) {
  initialize_cryptography();
  std::vector<Run> runs;
  for (const SharePlan& share : plan.shares) {
    runs.push_back(measure(plan, share));
    fmt::print("{}\n", format_table(runs.back()));
    std::fflush(stdout);
  }
  const std::vector<Finding> findings = judge(plan, runs);
  fmt::print("{}", format_findings(findings));
  if (!plan.report.empty()) {
    const std::string left_out = write_report(plan.report, plan, runs, findings);
    if (!left_out.empty()) fmt::print("{}\n", left_out);
  }
  std::size_t broken = 0;
  for (const Finding& finding : findings) broken += finding.holds ? 0 : 1;
  fmt::print("{} bounds hold, {} are broken\n", findings.size() - broken, broken);
  return broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  try {
    const auto plan = flatline::bench::parse_plan(argc, argv);
    return plan ? flatline::bench::prove(*plan) : 0;
  } catch (const flatline::UsageError& error) {
    fmt::print(stderr, "fleet: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "fleet: {}\n", error.what());
    return 1;
  }
}
