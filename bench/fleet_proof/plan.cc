#include "bench/fleet_proof/plan.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "bench/registration.h"
#include "schema/duration.h"
#include "schema/error.h"
#include "schema/flag_values.h"
#include "schema/limits.h"
#include "schema/standard_files.h"

namespace flatline::bench {
namespace {

constexpr std::string_view kFooter =
    R"(Starts a real collector and a simulated fleet on loopback, leads them through every kind of trouble,
and takes at every tick what that costs. Ends with 1 when a bound is broken: bytes, rows and pages must
be the same to the byte in every phase and for 1 %, 50 % and all of the capacity enrolled; processor
time and memory may differ by what two healthy phases differ by, and the tolerance.)";

/// The healthy phase comes twice: what the two differ by is noise.
const std::vector<PhasePlan>& all_phases() {
  static const std::vector<PhasePlan> kPhases = {
      {"healthy", "healthy"},
      {"healthy again", "healthy"},
      {"1 % failing", "fail 1%", false, 0.01, 0},
      {"50 % failing", "fail 50%", false, 0.5, 0},
      {"all failing", "fail 100%", false, 1, 0},
      {"half flapping", "flap 50%", false, -1, 0},
      {"30 % silent", "silent 30%", false, 0, 0.3},
      {"all silent", "silent 100%", false, 0, 1},
      {"all back", "healthy"},
      {"foreign flood", "healthy", true},
  };
  return kPhases;
}

std::vector<PhasePlan> few_phases() {
  const auto& all = all_phases();
  return {all[0], all[1], all[4], all[7]};
}

std::vector<PhasePlan> calls_phases() {
  const auto& all = all_phases();
  return {all[0], all[1], all[4], all[5], all[7]};
}

std::vector<unsigned> read_percents(const std::string& text) {
  std::vector<unsigned> percents;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    percents.push_back(static_cast<unsigned>(read_flag_number("--enrolled", part, 1, 100)));
  }
  if (percents.empty()) refuse_flag("--enrolled", text, "percents, as 1,50,100");
  return percents;
}

}  // namespace

Milliseconds Plan::warm_up(const SharePlan& share) const {
  return registration_time(capacity, hosts(share), tick) + 4 * std::max(interval, tick);
}

std::optional<Plan> parse_plan(int argc, const char* const* argv) {
  CLI::App app("The proof that the collector's load does not follow its fleet's health.", "fleet");
  app.footer(std::string{kFooter});
  std::string hosts = std::to_string(kDefaultCapacity);
  std::string phase;
  std::string report;
  std::string tolerance = "25";
  std::string enrolled = "1,50,100";
  bool quick = false;
  bool few = false;
  bool system_calls = false;
  app.add_option("--hosts", hosts, "Capacity, and hosts where all of it is enrolled")
      ->capture_default_str();
  app.add_option("--enrolled", enrolled, "Percents of the capacity, a run each")
      ->capture_default_str();
  app.add_option("--phase", phase, "How long each phase lasts (default 20s, with --quick 2100ms)");
  app.add_flag("--few", few, "Only four phases: healthy twice, all failing, all silent");
  app.add_option("--report", report, "Folder for fleet.json, the table and the pictures");
  app.add_option("--cpu-tolerance", tolerance,
                 "Percent of processor time that a phase may take more than healthy ones")
      ->capture_default_str();
  app.add_flag("--system-calls", system_calls,
               "Count them too, in a run of their own (needs strace)");
  app.add_flag("--quick", quick,
               "Under a minute: ticks of 150 ms, intervals of 300 ms, and few phases where not all "
               "are enrolled");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) {
      throw UsageError(fmt::format("{}; see fleet --help", error.what()));
    }
    std::ostringstream text;
    app.exit(error, text, text);
    print(text.str());
    return std::nullopt;
  }
  Plan plan;
  const auto count =
      static_cast<std::uint32_t>(read_flag_number("--hosts", hosts, kMinCapacity, kMaxCapacity));
  plan.capacity = (count + 63) / 64 * 64;
  if (quick) {
    plan.interval = Milliseconds{300};
    plan.tick = Milliseconds{150};
    plan.phase = Milliseconds{2100};
  }
  if (!phase.empty()) {
    // Silence must have time to show, and the ticks of a phase a median.
    const Milliseconds least = 5 * plan.interval + 3 * plan.tick;
    plan.phase = read_flag_duration("--phase", phase, least, std::chrono::hours{1});
  }
  plan.cpu_tolerance =
      static_cast<double>(read_flag_number("--cpu-tolerance", tolerance, 1, 1000)) / 100;
  plan.report = report;
  for (const unsigned percent : read_percents(enrolled)) {
    plan.shares.push_back({percent, few || (quick && percent < 100) ? few_phases() : all_phases()});
  }
  if (system_calls) plan.system_calls = {100, calls_phases()};
  return plan;
}

}  // namespace flatline::bench
