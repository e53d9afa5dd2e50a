// The fleet proof's judge, held against made-up runs: of one in which all is as promised every
// bound holds, and each bound breaks where its promise does.

#include "bench/proofs/fleet/judge.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "bench/proofs/fleet/figures.h"
#include "tests/bench/proofs/picture.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::bench {
namespace {

constexpr int kTicks = 20;
constexpr double kStepBytes = 20'160;
constexpr double kCheckpointBytes = 552'384;

Plan plan_of(const std::vector<const char*>& arguments) {
  PlanFlags plan;
  ProgramFlags flags("", "fleet", "");
  plan.declare(flags);
  REQUIRE(flags.parse(static_cast<int>(arguments.size()), arguments.data()));
  return plan.plan();
}

Plan quick_plan(std::vector<const char*> flags = {}) {
  flags.insert(flags.begin(), {"fleet", "--hosts", "1000", "--quick", "--cpu-tolerance", "10"});
  return plan_of(flags);
}

/// A tick of a phase: a step at every other one, a checkpoint at one of those. Times are `wobble`
/// times what they would be on a machine that is quite still.
Row made_up_row(const PhasePlan& phase, std::uint32_t hosts, int tick, double wobble) {
  Row row;
  row.ticks = 1;
  row.hosts = hosts;
  row.failing = phase.failing * hosts;
  row.silent = phase.silent * hosts;
  row.healthy = row.hosts - row.failing - row.silent;
  row.flips = phase.flapping * hosts;
  row.datagrams = hosts * (1 - phase.silent) * (phase.flooded ? 1.5 : 1);
  row.datagram_bytes = row.datagrams * kDatagramBytes;
  row.filtered = phase.flooded ? 0.5 * hosts : 0;
  row.published_bytes = 19'528;
  row.loop_cpu_seconds = 0.01 * wobble * (phase.flooded ? 1.5 : 1);
  row.journal_cpu_seconds = 0.003 * wobble;
  row.loop_instructions = 5e6 * (phase.flooded ? 1.5 : 1);
  row.resident_bytes = 44e6;
  if (tick % 2 == 0) {
    row.history = {1, 5, kStepBytes, 5, 5};
    row.written_bytes = 41'112;
  }
  if (tick == 4) row.checkpoint = {1, 137, kCheckpointBytes, 137, 137};
  return row;
}

Run made_up_run(const Plan& plan, const SharePlan& share) {
  Run run;
  run.share = share;
  run.hosts = plan.enrolled(share);
  double taken = 0;
  for (std::size_t phase = 0; phase < share.phases.size(); ++phase) {
    const double wobble = 1 + 0.01 * static_cast<double>(phase % 4);
    for (int tick = 0; tick < kTicks; ++tick) {
      run.rows.push_back(made_up_row(share.phases[phase], run.hosts, tick, wobble));
      run.rows.back().phase = phase;
      taken += run.rows.back().datagrams;
      run.end.datagrams.filtered += run.rows.back().filtered;
    }
  }
  run.end.work.datagrams = taken;
  run.flooded = 2 * run.end.datagrams.filtered;
  run.sent = taken + run.end.datagrams.filtered - run.flooded;
  return run;
}

std::vector<Run> made_up_runs(const Plan& plan) {
  std::vector<Run> runs;
  for (const SharePlan& share : plan.shares) runs.push_back(made_up_run(plan, share));
  return runs;
}

std::vector<Finding> judge(const Plan& plan, const std::vector<Run>& runs) {
  std::vector<Finding> findings = judge_amounts(runs);
  for (Finding& finding : judge_load(plan, runs)) findings.push_back(std::move(finding));
  return findings;
}

std::vector<std::string> broken(const Plan& plan, const std::vector<Run>& runs) {
  std::vector<std::string> texts;
  for (const Finding& finding : judge(plan, runs)) {
    if (!finding.holds) texts.push_back(finding.text);
  }
  return texts;
}

std::size_t index_of(const Run& run, const std::string& name) {
  const auto& phases = run.share.phases;
  const auto found = std::find_if(phases.begin(), phases.end(),
                                  [&](const PhasePlan& phase) { return phase.name == name; });
  REQUIRE(found != phases.end());
  return static_cast<std::size_t>(found - phases.begin());
}

/// Does something to every row of a phase.
void alter(Run& run, const std::string& phase, const std::function<void(Row&)>& how) {
  const std::size_t index = index_of(run, phase);
  for (Row& row : run.rows) {
    if (row.phase == index) how(row);
  }
}

/// The first row of a phase in which one of these was written.
Row& writing_row(Run& run, const std::string& phase, WrittenAnswer Row::*kind) {
  const std::size_t index = index_of(run, phase);
  const auto found = std::find_if(run.rows.begin(), run.rows.end(), [&](const Row& row) {
    return row.phase == index && (row.*kind).writes > 0;
  });
  REQUIRE(found != run.rows.end());
  return *found;
}

TEST_CASE("where all is as promised, every bound holds") {
  const Plan plan = quick_plan();
  for (const Finding& finding : judge(plan, made_up_runs(plan))) {
    CHECK_MESSAGE(finding.holds, finding.text);
  }
}

/// A promise that is not kept, in the run of all hosts.
struct Breach {
  const char* finding;  ///< In the text of the one bound that breaks.
  std::function<void(Run&)> commit;
};

void hold_to(const std::vector<Breach>& breaches) {
  const Plan plan = quick_plan();
  for (const Breach& breach : breaches) {
    CAPTURE(breach.finding);
    std::vector<Run> runs = made_up_runs(plan);
    breach.commit(runs.back());
    const auto texts = broken(plan, runs);
    CHECK(texts.size() == 1);
    for (const std::string& text : texts) {
      CHECK_MESSAGE(text.find(breach.finding) != std::string::npos, text);
    }
  }
}

TEST_CASE("bytes, rows and pages are the same to the byte") {
  const auto one_more = [](WrittenAnswer Row::*kind, double WrittenAnswer::*what) {
    return [=](Run& run) { writing_row(run, "all failing", kind).*kind.*what += 1; };
  };
  hold_to({
      {"published", [](Run& run) { run.rows.back().published_bytes += 1; }},
      {"history: a step is so many rows", one_more(&Row::history, &WrittenAnswer::rows)},
      {"history: a step is so many bytes", one_more(&Row::history, &WrittenAnswer::bytes)},
      {"history: a step is so many pages", one_more(&Row::history, &WrittenAnswer::pages)},
      {"checkpoint: one is so many rows", one_more(&Row::checkpoint, &WrittenAnswer::rows)},
      {"checkpoint: one is so many bytes", one_more(&Row::checkpoint, &WrittenAnswer::bytes)},
      {"checkpoint: one is so many pages", one_more(&Row::checkpoint, &WrittenAnswer::pages)},
      {"write()",
       [](Run& run) { alter(run, "all silent", [](Row& row) { row.written_bytes += 4096; }); }},
      {"registry", [](Run& run) { run.rows.back().registry_rows = 1; }},
      {"lost by the kernel", [](Run& run) { run.rows.back().lost = 1; }},
      {"every datagram", [](Run& run) { run.rows.back().datagram_bytes += 1; }},
      {"datagrams sent", [](Run& run) { run.sent += 1; }},
      {"datagrams sent", [](Run& run) { run.send_errors = 1; }},
      {"datagrams sent", [](Run& run) { run.end.work.datagrams += 1; }},
  });
}

TEST_CASE("what was not seen in every phase is not proven") {
  const Plan plan = quick_plan();
  const auto without = [&](WrittenAnswer Row::*kind, std::size_t findings) {
    std::vector<Run> runs = made_up_runs(plan);
    alter(runs.back(), "half flapping", [&](Row& row) { row.*kind = {}; });
    const auto texts = broken(plan, runs);
    CHECK(texts.size() == findings);
    for (const std::string& text : texts) {
      CHECK_MESSAGE(text.find("not seen") != std::string::npos, text);
      CHECK_MESSAGE(text.find("half flapping") != std::string::npos, text);
    }
  };
  without(&Row::checkpoint, 3);
  // Of steps that are not there, neither what was handed to write() nor the journal's time is seen.
  without(&Row::history, 5);

  CHECK(broken(plan, {}).size() >= 8);
  std::vector<Run> runs = made_up_runs(plan);
  for (Run& run : runs) run.rows.clear();
  for (const Finding& finding : judge(plan, runs)) {
    // Nothing seen is nothing lost, for what is a sum.
    const bool is_sum = finding.text.find(": rows of the registry") != std::string::npos ||
                        finding.text.find("lost by the kernel") != std::string::npos ||
                        finding.text.find("every datagram") != std::string::npos ||
                        finding.text.find("datagrams sent") != std::string::npos;
    CHECK_MESSAGE(finding.holds == is_sum, finding.text);
  }
}

TEST_CASE("a run is a proof only if it played what it says") {
  hold_to({
      {"all failing: 999 failing",
       [](Run& run) { alter(run, "all failing", [](Row& row) { row.failing -= 1; }); }},
      {"all back: 0 failing and 3 silent",
       [](Run& run) { alter(run, "all back", [](Row& row) { row.silent = 3; }); }},
      {"bits that flip from a tick to the next: 0 of 500",
       [](Run& run) { alter(run, "half flapping", [](Row& row) { row.flips = 0; }); }},
      {"bits that flip from a tick to the next: 250 of 500",
       [](Run& run) { alter(run, "half flapping", [](Row& row) { row.flips = 250; }); }},
      {"bits that flip from a tick to the next: 0 of 500",
       [](Run& run) { alter(run, "half flapping", [](Row& row) { row.flips.reset(); }); }},
      {"foreign flood: 0 datagrams refused by the filter",
       [](Run& run) { alter(run, "foreign flood", [](Row& row) { row.filtered = 0; }); }},
  });
}

TEST_CASE("processor time, instructions and memory stay within their bounds") {
  const auto times = [](double Row::*what, const char* phase, double factor) {
    return [=](Run& run) { alter(run, phase, [=](Row& row) { row.*what *= factor; }); };
  };
  hold_to({
      {"the loop's processor time", times(&Row::loop_cpu_seconds, "all failing", 1.2)},
      {"the loop's processor time", times(&Row::loop_cpu_seconds, "half flapping", 1.2)},
      // A flood's datagrams may cost what a host's do, and no more.
      {"the loop's processor time", times(&Row::loop_cpu_seconds, "foreign flood", 1.2)},
      {"the journal's processor time", times(&Row::journal_cpu_seconds, "foreign flood", 1.6)},
      {"the loop's instructions",
       [](Run& run) {
         alter(run, "all failing", [](Row& row) { *row.loop_instructions *= 1.02; });
       }},
      {"resident memory",
       [](Run& run) {
         run.rows.front().resident_bytes -= 1e6;
         run.rows.back().resident_bytes += 1e6;
       }},
      {"whoever is enrolled",
       [](Run& run) {
         for (Row& row : run.rows) row.resident_bytes += 4e6;
       }},
  });
}

TEST_CASE("instructions are judged only where each tick has them, and are nothing elsewhere") {
  const Plan plan = quick_plan();
  const auto judged = [&](const std::vector<Run>& runs) {
    const auto findings = judge(plan, runs);
    return std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.text.find("instructions") != std::string::npos;
    });
  };
  std::vector<Run> runs = made_up_runs(plan);
  CHECK(judged(runs) == 3);
  runs[0].rows[0].loop_instructions.reset();
  CHECK(judged(runs) == 2);

  for (Row& row : runs[0].rows) row.loop_instructions.reset();
  const auto& figures = row_figures();
  const auto counted = std::find_if(figures.begin(), figures.end(), [](const RowFigure& figure) {
    return std::string(figure.name) == "loop_instructions";
  });
  REQUIRE(counted != figures.end());
  CHECK(counted->of_phase(runs[0], 0) == std::nullopt);
  CHECK(counted->of_phase(runs[1], 0) == 5'000'000);
}

TEST_CASE("of few samples less is demanded, and of very few nothing is said") {
  const Plan plan = quick_plan({"--enrolled", "100"});
  const auto verdict = [&](std::size_t ticks, double factor) {
    std::vector<Run> runs = made_up_runs(plan);
    alter(runs[0], "all failing", [=](Row& row) { row.loop_cpu_seconds *= factor; });
    std::vector<Row> rows;
    std::map<std::size_t, std::size_t> seen;
    for (const Row& row : runs[0].rows) {
      if (seen[row.phase]++ < ticks) rows.push_back(row);
    }
    runs[0].rows = rows;
    const auto findings = judge_load(plan, runs);
    const Finding& loop = findings.front();
    CHECK(loop.text.find("the loop's processor time") != std::string::npos);
    return loop.is_left_out ? "left out" : loop.holds ? "holds" : "broken";
  };
  CHECK(verdict(20, 1.15) == std::string("broken"));
  CHECK(verdict(5, 1.15) == std::string("holds"));  // Twice the tolerance.
  CHECK(verdict(5, 1.3) == std::string("broken"));
  CHECK(verdict(4, 1.3) == std::string("broken"));
  CHECK(verdict(3, 1.3) == std::string("left out"));
}

TEST_CASE("system calls are held to those of the healthy phases") {
  std::vector<PhaseCalls> phases;
  const Plan plan = quick_plan({"--enrolled", "100"});
  for (const PhasePlan& phase : plan.shares[0].phases) {
    phases.push_back({phase, {{"recvmmsg", 300}, {"epoll_wait", 100}}, 1000});
  }
  CHECK(judge_calls(phases).holds);
  phases[1].a_tick["recvmmsg"] = 310;  // A healthy one: noise.
  CHECK(judge_calls(phases).holds);
  phases[2].a_tick["recvmmsg"] = 330;
  CHECK_FALSE(judge_calls(phases).holds);
  phases[2].a_tick["recvmmsg"] = 300;
  // Half as many datagrams more may take half as many calls more.
  PhaseCalls& flood = *std::find_if(phases.begin(), phases.end(),
                                    [](const PhaseCalls& calls) { return calls.phase.flooded; });
  flood.a_tick["recvmmsg"] = 480;
  CHECK_FALSE(judge_calls(phases).holds);
  flood.datagrams = 1500;
  CHECK(judge_calls(phases).holds);
}

TEST_CASE("the plan: every phase sees a checkpoint, and steps without one") {
  for (const std::vector<const char*>& flags : {std::vector<const char*>{"fleet"},
                                                {"fleet", "--phase", "8s"},
                                                {"fleet", "--phase", "10s"},
                                                {"fleet", "--phase", "1h"},
                                                {"fleet", "--quick"},
                                                {"fleet", "--quick", "--phase", "1600ms"}}) {
    const Plan plan = plan_of(flags);
    CHECK(plan.checkpoint() >= kMinCheckpointPeriod);
    CHECK(plan.checkpoint() <= kCheckpointPeriod);
    // It comes at the first tick that is a period after the last one, here in an odd number of
    // them; of the ticks of a phase, one may fall to a neighbour.
    const auto ticks = (plan.checkpoint() + plan.tick - Milliseconds{1}) / plan.tick;
    CHECK(ticks % 2 == 1);
    CHECK(ticks + 1 < plan.phase / plan.tick);
    CHECK(ticks >= 5);
    // Where system calls are counted, a phase is a whole number of periods, each half a tick short.
    const Milliseconds even = plan.even_checkpoint() + plan.tick / 2;
    CHECK(plan.even_checkpoint() <= kCheckpointPeriod);
    CHECK(plan.phase % even == Milliseconds{0});
  }
}

TEST_CASE("the plan: hosts are what was asked for, and every name of a figure is there once") {
  const Plan plan = quick_plan();
  CHECK(plan.hosts == 1000);
  CHECK(plan.capacity == 1024);
  CHECK(plan.enrolled(plan.shares[0]) == 10);
  CHECK(plan.enrolled(plan.shares[2]) == 1000);
  CHECK(plan.interval == plan.tick);

  const Run run = made_up_run(plan, plan.shares[2]);
  for (const Table& table : {phases_table(run), ticks_table(run)}) {
    std::set<std::string> names;
    for (const Figure& figure : table.figures) CHECK(names.insert(figure.name).second);
    CHECK(names.size() >= row_figures().size());
  }
}

TEST_CASE("a run's report has its load drawn by gnuplot, as PNG and SVG") {
  const Plan plan = quick_plan();
  const Run run = made_up_run(plan, plan.shares[2]);
  const TemporaryFolder folder;
  Report report("fleet");
  report.add(ticks_table(run));
  report.add(load_plot(plan, run));
  CHECK(report.conclude(folder.path()) == 0);
  CHECK(test::is_picture(folder / "load-100.png"));
  CHECK(test::is_picture(folder / "load-100.svg"));
}

}  // namespace
}  // namespace flatline::bench
