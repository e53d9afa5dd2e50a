// limit: the ingest path beside what the kernel and the cipher take in any case, and the tick
// beside what memory takes.

#include <fmt/core.h>

#include <cstdlib>

#include "bench/proofs/driver.h"
#include "bench/proofs/limit/costs.h"
#include "schema/limits.h"
#include "schema/program/flag_values.h"

namespace flatline::bench {
namespace {

struct Plan {
  std::uint32_t hosts = 10'000;
  std::uint32_t rounds = 15;
  double most_over_open = 1.25;
  std::uint32_t most_sweep_us = 3000;
  bool quick = false;
};

constexpr std::uint32_t kQuickHosts = 1024;
constexpr std::uint32_t kQuickRounds = 5;

constexpr const char* kFooter =
    R"(The same datagrams go all four ways, 64 at a time and in every order of the ways. What is timed
is the processor time of the thread that drains them. Ratios are taken round by round, so that the
machine's noise meets both sides. It ends with 1 when a bound is broken. Ingest is held against
receiving and opening by libsodium; the ratio over the collector's own, faster cipher has no bound.)";

void declare(ProgramFlags& flags, Plan& plan) {
  number_flag(flags, "--hosts", plan.hosts, kReceiveBatch, kMaxCapacity,
              "That speak in each round");
  number_flag(flags, "--rounds", plan.rounds, 3, 1000, "Of which the median counts");
  const auto read_ratio = [&](const std::string& text) {
    char* end = nullptr;
    plan.most_over_open = std::strtod(text.c_str(), &end);
    if (*end != 0 || !(plan.most_over_open > 0)) refuse_flag("--most-over-open", text, "a ratio");
  };
  flags.option("--most-over-open RATIO", read_ratio,
               "The bound: how often the cost of receiving and opening by libsodium ingest may "
               "take (1.25)");
  number_flag(flags, "--most-sweep-us", plan.most_sweep_us, 1, 1'000'000,
              "The bound: how long a sweep of the largest capacity may take");
  flags.flag("--quick", plan.quick, "A second or two: 1,024 hosts, 5 rounds");
}

/// Round by round, so that what slowed a round slowed both.
std::vector<double> ratios(const std::vector<double>& of, const std::vector<double>& to) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < of.size(); ++i) ratios.push_back(of[i] / to[i]);
  return ratios;
}

void prove(const Plan& plan, Report& report) {
  const std::uint32_t rounds = plan.quick ? kQuickRounds : plan.rounds;
  const IngestCosts costs = measure_ingest(plan.quick ? kQuickHosts : plan.hosts, rounds);
  const MemoryCosts memory = measure_memory(kMaxCapacity, rounds);
  const std::vector<double> over_open = ratios(costs.ingest, costs.open);
  report.add(Table{
      "ingest",
      "processor time a datagram; `sink` throws it away, `open_epoch` is the collector's cipher",
      kSpreadColumns,
      {spread("sink_ns", costs.sink), spread("open_ns", costs.open),
       spread("open_epoch_ns", costs.open_epoch), spread("ingest_ns", costs.ingest),
       spread("ingest_over_open", over_open),
       spread("ingest_over_open_epoch", ratios(costs.ingest, costs.open_epoch)),
       spread("ingest_over_sink", ratios(costs.ingest, costs.sink))}});
  report.add(
      Table{"memory",
            fmt::format("{} slots; the same bytes by a plain pass and by memcpy", kMaxCapacity),
            kSpreadColumns,
            {spread("sweep_us", memory.sweep), spread("pass_us", memory.pass),
             spread("sweep_over_pass", ratios(memory.sweep, memory.pass)),
             spread("publish_us", memory.publish), spread("memcpy_us", memory.copy),
             spread("publish_over_memcpy", ratios(memory.publish, memory.copy))}});
  report.say(median(over_open) <= plan.most_over_open,
             fmt::format("ingest over receiving and opening by libsodium: {:.2f}; the bound is {}",
                         median(over_open), plan.most_over_open));
  report.say(median(memory.sweep) <= plan.most_sweep_us,
             fmt::format("a sweep of {} slots takes {:.0f} us; the bound is {}", kMaxCapacity,
                         median(memory.sweep), plan.most_sweep_us));
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  using namespace flatline;
  using namespace flatline::bench;
  Plan plan;
  return run_proof(
      {"limit", "The ingest path beside bare recvmmsg and libsodium; the tick beside memory.",
       kFooter, [&](ProgramFlags& flags) { declare(flags, plan); },
       [&](Report& report) { prove(plan, report); }},
      argc, argv);
}
