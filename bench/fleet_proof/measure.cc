// The real programs, once through the phases: a sample in the middle of every tick.

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <thread>

#include "bench/fleet_proof/flood.h"
#include "bench/fleet_proof/measured.h"
#include "schema/clock.h"
#include "schema/duration.h"
#include "schema/error.h"
#include "schema/key_file.h"
#include "schema/limits.h"
#include "tests/end_to_end/programs.h"
#include "tools/cli/client.h"

namespace flatline::bench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr int kHistorySteps = 64;  ///< The ring turns in every run.
constexpr Milliseconds kEndGrace{30'000};

std::vector<std::string> collector_flags(const Plan& plan) {
  const Milliseconds step = kTicksPerHistoryStep * plan.tick;
  return {"--capacity",     std::to_string(plan.capacity),
          "--tick",         format_duration(plan.tick),
          "--min-interval", format_duration(plan.interval),
          "--history-step", format_duration(step),
          "--history-keep", format_duration(kHistorySteps * step)};
}

std::string scenario_of(const Plan& plan, const SharePlan& share) {
  std::string text = "0s healthy";
  Milliseconds start = plan.warm_up(share);
  for (const PhasePlan& phase : share.phases) {
    text += fmt::format("; {} {}", format_duration(start), phase.verbs);
    start += plan.phase;
  }
  return text;
}

/// `name=NUMBER` in the simulated fleet's last line.
std::uint64_t number_in(const std::string& line, const std::string& name) {
  const std::size_t at = line.find(" " + name + "=");
  if (at == std::string::npos) throw Failure("flatline-sim did not say " + name + ": " + line);
  std::uint64_t number = 0;
  const char* start = line.data() + at + name.size() + 2;
  std::from_chars(start, line.data() + line.size(), number);
  return number;
}

void sleep_until(Instant when) {
  std::this_thread::sleep_for(std::max(when - monotonic_now(), Duration{0}));
}

class Watch {
 public:
  Watch(const Plan& plan, const test::RunningCollector& collector, pid_t process)
      : plan_(plan),
        client_("http://" + collector.api(), "", kDefaultRequestTimeout),
        process_(process),
        instructions_(process) {}

  /// Sleeps to the middle of the next tick, and takes what there is.
  Sample next(Instant start) {
    if (!next_) align();
    sleep_until(*next_);
    *next_ += plan_.tick;
    client_.restart_deadline();
    Sample sample;
    sample.summary = client_.summary();
    sample.process = read_figures(process_);
    sample.loop_instructions = instructions_.read();
    sample.at_seconds = Seconds(monotonic_now() - start).count();
    return sample;
  }

  SummaryAnswer summary() {
    client_.restart_deadline();
    return client_.summary();
  }

 private:
  /// The age of the view tells when the tick was.
  void align() {
    const auto age = std::chrono::duration_cast<Duration>(Seconds(summary().view_age_seconds));
    next_ = monotonic_now() - age + 3 * Duration{plan_.tick} / 2;
  }

  const Plan& plan_;
  cli::Client client_;
  pid_t process_;
  InstructionCounter instructions_;
  std::optional<Instant> next_;
};

void read_end(test::ChildProcess& fleet, Run& run) {
  std::string last;
  while (const auto line = fleet.read_line(kEndGrace)) last = *line;
  if (fleet.wait(kEndGrace) != 0) throw Failure("flatline-sim: " + fleet.err());
  run.sent = number_in(last, "sent");
  run.send_errors = number_in(last, "send_errors");
}

/// Until everybody is registered and known.
void await_all(test::ChildProcess& fleet, Watch& watch, std::uint32_t hosts, Instant until) {
  while (true) {
    const SummaryAnswer summary = watch.summary();
    if (summary.hosts == hosts && summary.healthy == hosts) return;
    if (monotonic_now() >= until) {
      throw Failure(fmt::format("{} of {} hosts were registered in time, {} of them healthy: {}",
                                summary.hosts, hosts, summary.healthy, fleet.err()));
    }
    std::this_thread::sleep_for(Milliseconds{100});
  }
}

}  // namespace

Run measure(const Plan& plan, const SharePlan& share) {
  Run run;
  run.share = share;
  run.hosts = plan.hosts(share);
  test::RunningCollector collector(collector_flags(plan));
  Watch watch(plan, collector, collector.process().pid());
  const auto phases = static_cast<std::int64_t>(share.phases.size());
  const Milliseconds length = plan.warm_up(share) + phases * plan.phase;
  test::ChildProcess fleet({test::kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                            collector.fleet_key(), "--hosts", std::to_string(run.hosts),
                            "--interval", format_duration(plan.interval), "--scenario",
                            scenario_of(plan, share), "--for", format_duration(length)});
  if (!fleet.read_line() || !fleet.read_line()) throw Failure("flatline-sim: " + fleet.err());
  const Instant start = monotonic_now() + plan.warm_up(share);
  await_all(fleet, watch, run.hosts, start);
  sleep_until(start - plan.tick);

  const std::uint8_t key_id = read_fleet_key(collector.fleet_key()).key_id;
  const auto a_second = static_cast<std::uint32_t>(
      std::uint64_t{run.hosts} * 1000 / static_cast<std::uint64_t>(plan.interval.count()));
  std::unique_ptr<Flood> flood;
  Sample before = watch.next(start);
  while (true) {
    Sample after = watch.next(start);
    const auto phase = static_cast<std::size_t>(std::max(after.at_seconds, 0.0) /
                                                Seconds(Duration{plan.phase}).count());
    if (phase >= share.phases.size()) break;
    if (share.phases[phase].flooded && !flood) {
      flood = std::make_unique<Flood>(*parse_endpoint(collector.udp()), key_id, a_second);
    }
    if (after.summary.tick > before.summary.tick) {
      run.rows.push_back(row_between(before, after, phase));
      before = std::move(after);
    }
  }
  run.flooded = flood ? flood->sent() : 0;
  flood.reset();
  read_end(fleet, run);
  // What was sent last is counted from the next tick on.
  std::this_thread::sleep_for(2 * plan.tick);
  run.end = watch.summary();
  return run;
}

}  // namespace flatline::bench
