// fleet: the proof that the collector's load does not follow its fleet's health.

#include <fmt/core.h>

#include <cstdio>

#include "bench/proofs/fleet/judge.h"
#include "bench/proofs/fleet/measured.h"
#include "bench/proofs/fleet/plan.h"
#include "bench/proofs/fleet/report.h"
#include "bench/proofs/fleet/system_calls.h"
#include "bench/proofs/program.h"
#include "schema/program/cryptography.h"
#include "schema/wire/identity.h"

namespace flatline::bench {
namespace {

int prove(const Plan& plan) {
  initialize_cryptography();
  Proof proof;
  for (const SharePlan& share : plan.shares) {
    proof.runs.push_back(measure(plan, share));
    fmt::print("{}\n", format_table(proof.runs.back()));
    std::fflush(stdout);
  }
  proof.findings = judge_amounts(proof.runs);
  const auto load = judge_load(plan, proof.runs);
  proof.findings.insert(proof.findings.end(), load.begin(), load.end());
  if (plan.system_calls && SystemCallCount::is_possible()) {
    proof.calls = count_system_calls(plan, *plan.system_calls);
    proof.findings.push_back(judge_calls(proof.calls));
    fmt::print("{}\n", format_calls(proof.calls));
  } else if (plan.system_calls) {
    fmt::print("no system calls: strace is not installed\n");
  }
  fmt::print("{}", format_findings(proof.findings));
  if (!plan.report.empty()) {
    const std::string left_out = write_report(plan.report, plan, proof);
    if (!left_out.empty()) fmt::print("{}\n", left_out);
  }
  return conclude(proof.findings);
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  return flatline::bench::run_proof("fleet", [&] {
    const auto plan = flatline::bench::parse_plan(argc, argv);
    return plan ? flatline::bench::prove(*plan) : 0;
  });
}
