#include "bench/fleet_proof/stage.h"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "schema/clock.h"
#include "schema/duration.h"
#include "schema/error.h"
#include "schema/limits.h"
#include "tools/cli/client.h"

namespace flatline::bench {
namespace {

constexpr int kHistorySteps = 64;  ///< The ring turns in every run.
constexpr Milliseconds kEndGrace{30'000};
constexpr Milliseconds kAskPeriod{100};

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

}  // namespace

void sleep_until(Instant when) {
  std::this_thread::sleep_for(std::max(when - monotonic_now(), Duration{0}));
}

Stage::Stage(const Plan& plan, const SharePlan& share)
    : hosts_(plan.hosts(share)), collector_(collector_flags(plan)) {
  const auto phases = static_cast<std::int64_t>(share.phases.size());
  const Milliseconds length = plan.warm_up(share) + phases * plan.phase;
  fleet_ = std::make_unique<test::ChildProcess>(std::vector<std::string>{
      test::kFlatlineSim, "--collector", collector_.udp(), "--fleet-key", collector_.fleet_key(),
      "--hosts", std::to_string(hosts_), "--interval", format_duration(plan.interval), "--scenario",
      scenario_of(plan, share), "--for", format_duration(length)});
  // It says that it is ready, and that the first phase has begun.
  if (!fleet_->read_line() || !fleet_->read_line()) throw Failure("flatline-sim: " + fleet_->err());
  start_ = monotonic_now() + plan.warm_up(share);
}

void Stage::await_all() {
  cli::Client client("http://" + collector_.api(), "", kDefaultRequestTimeout);
  while (true) {
    client.restart_deadline();
    const SummaryAnswer summary = client.summary();
    if (summary.hosts == hosts_ && summary.healthy == hosts_) return;
    if (monotonic_now() >= start_) {
      throw Failure(fmt::format("{} of {} hosts were registered in time, {} of them healthy: {}",
                                summary.hosts, hosts_, summary.healthy, fleet_->err()));
    }
    std::this_thread::sleep_for(kAskPeriod);
  }
}

Stage::Sent Stage::finish() {
  std::string last;
  while (const auto line = fleet_->read_line(kEndGrace)) last = *line;
  if (fleet_->wait(kEndGrace) != 0) throw Failure("flatline-sim: " + fleet_->err());
  return {number_in(last, "sent"), number_in(last, "send_errors")};
}

}  // namespace flatline::bench
