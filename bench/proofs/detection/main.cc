// detection: how soon a dead host's bit falls, and a failing one's, beside what is promised; and
// how often loss alone makes a host look silent, beside arithmetic. Exit 1 when a promise is
// broken.

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "bench/proofs/detection/proof.h"
#include "bench/proofs/program.h"
#include "schema/limits.h"
#include "schema/program/cryptography.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"
#include "schema/wire/identity.h"

namespace flatline::bench {
namespace {

constexpr const char* kFooter =
    R"(A real collector hears simulated hosts over loopback; 30 % of them fall silent at one instant, come
back, and fail at one instant; then the network loses 30 % of all datagrams. Every view is kept. Each
host's bit is held, in every one of them, against when that host's datagrams were in the collector's
socket: 4.5 intervals after its last it is down, and after the first that tells of failure, or is
back, the view says so. The table is in seconds, with how late ticks came.

Ends with 1 when a promise is broken, a view was not seen, or a datagram was lost.

Examples:
  detection                                           # 10,000 hosts at 1 s: about two minutes
  detection --hosts 1000 --interval 300ms --tick 150ms --lossy-intervals 100000)";

int run(int argc, char** argv) {
  CLI::App app("Detection time and false silences, beside the promise and the arithmetic.",
               "detection");
  app.footer(kFooter);
  std::string hosts = "10000";
  std::string interval = "1s";
  std::string tick = "1s";
  std::string lossy = "1000000";
  app.add_option("--hosts", hosts, "Simulated hosts")->type_name("N")->capture_default_str();
  app.add_option("--interval", interval, "Theirs")->type_name("DURATION")->capture_default_str();
  app.add_option("--tick", tick, "The collector's")->type_name("DURATION")->capture_default_str();
  app.add_option("--lossy-intervals", lossy,
                 "Intervals of one host, simulated for each loss; ten times as many where falls "
                 "are rare")
      ->type_name("N")
      ->capture_default_str();
  if (!parse_flags(app, argc, argv)) return 0;
  DetectionPlan plan;
  plan.hosts = static_cast<std::uint32_t>(read_flag_number("--hosts", hosts, 10, kMaxCapacity));
  plan.interval = read_flag_duration("--interval", interval, kMinInterval, kMaxInterval);
  plan.tick = read_flag_duration("--tick", tick, kMinTick, kMaxTick);
  const auto intervals = read_flag_number("--lossy-intervals", lossy, 10'000, 1'000'000'000);
  initialize_cryptography();
  std::vector<Finding> findings;
  prove_detection(plan, findings);
  prove_losses(static_cast<double>(intervals), findings);
  fmt::print("\n{}", format_findings(findings));
  return conclude(findings);
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  return flatline::bench::run_proof("detection", [&] { return flatline::bench::run(argc, argv); });
}
