#include "bench/proofs/fleet/measure.h"

#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>

#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/endpoint.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tests/harness/flood.h"
#include "tests/harness/running_fleet.h"

namespace flatline::bench {
namespace {

constexpr int kHistorySteps = 64;  ///< The ring turns in every run.

std::vector<std::string> collector_flags(const Plan& plan, Milliseconds checkpoint) {
  const Milliseconds step = kTicksPerHistoryStep * plan.tick;
  return {"--capacity",     std::to_string(plan.capacity),
          "--tick",         format_duration(plan.tick),
          "--min-interval", format_duration(plan.interval),
          "--history-step", format_duration(step),
          "--history-keep", format_duration(kHistorySteps * step),
          "--checkpoint",   format_duration(checkpoint)};
}

std::vector<std::string> fleet_flags(const Plan& plan, const SharePlan& share) {
  std::string scenario = "0s healthy";
  Milliseconds length = plan.warm_up(share);
  for (const PhasePlan& phase : share.phases) {
    scenario += "; " + format_duration(length) + " " + phase.verbs;
    length += plan.phase;
  }
  return {"--scenario", scenario, "--for", format_duration(length)};
}

/// The real programs of one run: a collector, a fleet that plays the phases to it, and strangers
/// who come with the phases that say so, with as many datagrams a second as the hosts send.
class Programs {
 public:
  Programs(const Plan& plan, const SharePlan& share, Milliseconds checkpoint)
      : collector_(collector_flags(plan, checkpoint)),
        fleet_(collector_, plan.enrolled(share), plan.interval, fleet_flags(plan, share)),
        start_(monotonic_now() + plan.warm_up(share)),
        watch_(collector_, plan.tick, start_, /*looks_at_bits=*/true),
        strangers_a_second_(plan.enrolled(share) / Seconds(plan.interval).count()) {
    if (watch_.all_healthy_by(start_, plan.enrolled(share))) return;
    throw Failure("not all hosts were registered and healthy when the first phase began");
  }

  /// When the first phase begins; before it, hosts register.
  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] TickWatch& watch() { return watch_; }
  [[nodiscard]] pid_t process() { return collector_.process().pid(); }

  void begin(const PhasePlan& phase) {
    if (phase.flooded && !flood_) {
      // The kernel's filter refuses the half with a wrong size. The others look right up to a
      // header with a live key id, and cost the collector a look.
      const std::uint8_t key_id = read_fleet_key(collector_.fleet_key()).key_id;
      flood_ = std::make_unique<test::Flood>(
          parse_endpoint(collector_.udp())->port,
          std::vector<test::Stranger>{{.key_id = key_id, .size = kDatagramBytes - 1},
                                      {.key_id = key_id}},
          strangers_a_second_);
    }
    if (phase.flooded || !flood_) return;
    flooded_ += flood_->stop();
    flood_.reset();
  }

  /// Waits for the end of the last phase, and for the tick that counts what was sent last.
  void finish(Run& run) {
    begin({});
    const test::FleetSaid said = fleet_.finish();
    run.sent = said.sent;
    run.send_errors = said.send_errors;
    run.flooded = flooded_;
    run.end = watch_.final_summary();
  }

 private:
  test::RunningCollector collector_;
  test::RunningFleet fleet_;
  Instant start_;
  TickWatch watch_;
  double strangers_a_second_;
  std::unique_ptr<test::Flood> flood_;
  double flooded_ = 0;
};

/// Attaches strace to all threads of a process until then. Calls by name.
std::map<std::string, double> count_calls(pid_t process, Instant until) {
  const TemporaryFolder folder;
  test::ChildProcess strace({"/usr/bin/env", "strace", "--follow-forks", "--quiet=all",
                             "--summary-only", "--summary-columns=name,calls", "--output",
                             (folder / "counts").string(), "--attach", std::to_string(process)});
  sleep_until(until);
  strace.send_signal(SIGINT);
  if (!strace.wait()) throw Failure("strace did not end: " + strace.err());
  std::map<std::string, double> calls;
  std::ifstream file(folder / "counts");
  std::string name;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    double count = 0;
    if (words >> name >> count && name != "total") calls[name] = count;
  }
  if (calls.empty()) throw Failure("strace counted nothing: " + strace.err());
  return calls;
}

}  // namespace

Run measure(const Plan& plan, const SharePlan& share) {
  Run run;
  run.share = share;
  run.hosts = plan.enrolled(share);
  Programs programs(plan, share, plan.checkpoint());
  sleep_until(programs.start() - plan.tick);
  const double phase_seconds = Seconds(plan.phase).count();
  programs.watch().follow(programs.watch().next(), [&](Row row) {
    row.phase = static_cast<std::size_t>(std::max(row.at_seconds, 0.0) / phase_seconds);
    if (row.phase >= share.phases.size()) return false;
    programs.begin(share.phases[row.phase]);
    run.rows.push_back(row);
    return true;
  });
  programs.finish(run);
  return run;
}

bool can_count_system_calls() {
  return test::run_to_end({"/bin/sh", "-c", "command -v strace"}).exit_code == 0;
}

std::vector<PhaseCalls> count_system_calls(const Plan& plan, const SharePlan& share) {
  Programs programs(plan, share, plan.even_checkpoint());
  std::vector<PhaseCalls> counted;
  for (std::size_t phase = 0; phase < share.phases.size(); ++phase) {
    const Instant begin = programs.start() + static_cast<std::int64_t>(phase) * plan.phase;
    sleep_until(begin);
    programs.begin(share.phases[phase]);
    const SummaryAnswer before = programs.watch().summary();
    PhaseCalls calls{share.phases[phase], count_calls(programs.process(), begin + plan.phase)};
    const SummaryAnswer after = programs.watch().summary();
    const double ticks = after.tick - before.tick;
    calls.datagrams = (after.work.datagrams - before.work.datagrams) / ticks;
    for (auto& [name, number] : calls.a_tick) number /= ticks;
    counted.push_back(std::move(calls));
  }
  return counted;
}

std::vector<double> values(const Run& run, std::size_t phase,
                           const std::function<std::optional<double>(const Row&)>& of) {
  std::vector<double> found;
  for (const Row& row : run.rows) {
    if (row.phase != phase) continue;
    if (const auto value = of(row)) found.push_back(*value);
  }
  return found;
}

}  // namespace flatline::bench
