// fleet: the proof that the collector's load does not follow its fleet's health.

#include "bench/proofs/driver.h"
#include "bench/proofs/fleet/figures.h"
#include "bench/proofs/fleet/judge.h"
#include "bench/proofs/fleet/measure.h"

namespace flatline::bench {
namespace {

constexpr const char* kFooter =
    R"(Starts a real collector and a simulated fleet on loopback, leads them through every kind of
trouble, and takes at every tick what that costs. Ends with 1 when a bound is broken:

  bytes, rows, pages   published and stored: the same to the byte in every phase, whoever is enrolled
  processor time       of loop and journal: no phase takes more than the dearest healthy one of its
                       run but for --cpu-tolerance, and the journal but for 50 % at least; likewise
                       the loop's instructions but for 1 %, and system calls but for 3 %
  resident memory      moves by at most 1 MiB in a run; runs differ by at most 3 MiB, of which 2 are
                       pages of the registry that SQLite keeps

While strangers flood it, the loop is held to its time a datagram.)";

void prove(const Plan& plan, Report& report) {
  std::vector<Run> runs;
  for (const SharePlan& share : plan.shares) {
    runs.push_back(measure(plan, share));
    report.add(phases_table(runs.back()));
    report.add(ticks_table(runs.back()));
    report.add(load_plot(plan, runs.back()));
  }
  report.add(judge_amounts(runs));
  report.add(judge_load(plan, runs));
  if (!plan.system_calls) return;
  if (!can_count_system_calls()) return report.note("no system calls: strace is not installed");
  const std::vector<PhaseCalls> calls = count_system_calls(plan, *plan.system_calls);
  report.add(calls_table(calls));
  report.add(judge_calls(calls));
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  using namespace flatline;
  using namespace flatline::bench;
  PlanFlags flags;
  return run_proof(
      {"fleet", "The proof that the collector's load does not follow its fleet's health.", kFooter,
       [&](ProgramFlags& to) { flags.declare(to); },
       [&](Report& report) { prove(flags.plan(), report); }},
      argc, argv);
}
