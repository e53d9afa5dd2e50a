// limit: the ingest path beside what the kernel and the cipher take in any case, and the tick
// beside what memory takes. Exit 1 when a bound is broken.

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "bench/proofs/limit/ingest.h"
#include "bench/proofs/limit/memory.h"
#include "bench/proofs/limit/report.h"
#include "bench/proofs/median.h"
#include "bench/proofs/program.h"
#include "schema/limits.h"
#include "schema/program/cryptography.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"
#include "schema/program/standard_files.h"

namespace flatline::bench {
namespace {

struct Plan {
  std::size_t hosts = 10'000;
  std::size_t rounds = 15;
  double most_over_open = 1.25;
  double most_sweep_us = 2000;
  bool as_json = false;
};

constexpr std::size_t kQuickHosts = 1024;
constexpr std::size_t kQuickRounds = 5;

constexpr const char* kFooter =
    R"(The same datagrams go all four ways, 64 at a time and in every order of the ways; processor time of the
thread that drains them. Ratios are taken round by round: noise of the machine meets both sides.

Ends with 1 when a bound is broken. The one of ingest is held against receiving and opening by libsodium,
which any collector could do; the collector's own cipher is faster, and the ratio over that stands beside
without a bound.)";

std::optional<Plan> read_plan(int argc, const char* const* argv) {
  Plan plan;
  bool quick = false;
  std::string output = "table";
  CLI::App app("The ingest path beside bare recvmmsg and libsodium; the tick beside memory.",
               "limit");
  app.footer(kFooter);
  app.add_option("--hosts", plan.hosts, "That speak in each round")
      ->check(CLI::Range(std::size_t{kReceiveBatch}, std::size_t{kMaxCapacity}))
      ->capture_default_str();
  app.add_option("--rounds", plan.rounds)->check(CLI::Range(3, 1000))->capture_default_str();
  app.add_option(
         "--most-over-open", plan.most_over_open,
         "The bound: how often the cost of receiving and opening by libsodium ingest may take")
      ->capture_default_str();
  app.add_option("--most-sweep-us", plan.most_sweep_us,
                 "The bound: how long a sweep of the largest capacity may take")
      ->capture_default_str();
  app.add_flag("--quick", quick, "A second or two: 1,024 hosts, 5 rounds");
  app.add_option("-o,--output", output)
      ->type_name("table|json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  if (!parse_flags(app, argc, argv)) return std::nullopt;
  plan.as_json = output == "json";
  if (quick) {
    plan.hosts = kQuickHosts;
    plan.rounds = kQuickRounds;
  }
  return plan;
}

int run(int argc, const char* const* argv) {
  const auto plan = read_plan(argc, argv);
  if (!plan) return 0;
  initialize_cryptography();
  const IngestCosts costs = measure_ingest(plan->hosts, plan->rounds);
  const MemoryCosts memory = measure_memory(kMaxCapacity, plan->rounds);
  print(plan->as_json ? limit_json(costs, memory) : limit_table(costs, memory));
  const double over_open = ingest_over_open(costs);
  const double sweep_us = median(memory.sweep);
  if (over_open > plan->most_over_open) {
    fmt::print(stderr,
               "limit: ingest takes {:.2f} times what receiving and opening by libsodium take; "
               "the bound is {}\n",
               over_open, plan->most_over_open);
  }
  if (sweep_us > plan->most_sweep_us) {
    fmt::print(stderr, "limit: a sweep of {} slots takes {:.0f} us; the bound is {}\n",
               kMaxCapacity, sweep_us, plan->most_sweep_us);
  }
  return over_open > plan->most_over_open || sweep_us > plan->most_sweep_us ? 1 : 0;
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  return flatline::bench::run_proof("limit", [&] { return flatline::bench::run(argc, argv); });
}
