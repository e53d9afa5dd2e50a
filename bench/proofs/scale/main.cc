// scale: what the collector takes from a thousand hosts to a million. Exit 1 when a bound is
// broken.

#include <fmt/core.h>

#include <cstdio>

#include "bench/proofs/findings.h"
#include "bench/proofs/program.h"
#include "bench/proofs/scale/judge.h"
#include "bench/proofs/scale/measured.h"
#include "bench/proofs/scale/plan.h"
#include "bench/proofs/scale/report.h"

namespace flatline::bench {
namespace {

/// Ticks of the smallest collector, of which only the memory counts.
constexpr int kSmallestTicks = 3;

int prove(const Plan& plan) {
  Proof proof;
  proof.message = measure_messages();
  proof.smallest = measure(plan, plan.smallest(), kSmallestTicks * plan.smallest().tick());
  for (const SizePlan& size : plan.sizes) {
    proof.sizes.push_back(measure(plan, size, plan.length));
    const Measured& done = proof.sizes.back();
    fmt::print(stderr, "scale: {}: {:.0f} datagrams accepted, {} lost, {:.3f} of a core\n",
               size.name(), done.accepted, done.lost, done.share(done.collector_cpu_seconds));
  }
  const std::vector<Finding> findings = judge(plan, proof);
  std::string text = format_table(plan, proof) + "\n" + format_findings(findings);
  for (const std::string& remark : remarks(proof)) text += "   note  " + remark + "\n";
  fmt::print("{}", text);
  if (!plan.report.empty()) {
    const std::string left_out = write_report(plan, proof, findings, text);
    if (!left_out.empty()) fmt::print("{}\n", left_out);
  }
  return conclude(findings);
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  return flatline::bench::run_proof("scale", [&] {
    const auto plan = flatline::bench::parse_plan(argc, argv);
    return plan ? flatline::bench::prove(*plan) : 0;
  });
}
