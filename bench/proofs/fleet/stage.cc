#include "bench/proofs/fleet/stage.h"

#include <fmt/core.h>

#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"

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

std::string scenario_of(const Plan& plan, const SharePlan& share) {
  std::string text = "0s healthy";
  Milliseconds start = plan.warm_up(share);
  for (const PhasePlan& phase : share.phases) {
    text += fmt::format("; {} {}", format_duration(start), phase.verbs);
    start += plan.phase;
  }
  return text;
}

}  // namespace

Stage::Stage(const Plan& plan, const SharePlan& share, Milliseconds checkpoint)
    : collector_(collector_flags(plan, checkpoint)) {
  const auto phases = static_cast<std::int64_t>(share.phases.size());
  const Milliseconds length = plan.warm_up(share) + phases * plan.phase;
  fleet_ = std::make_unique<RunningFleet>(
      collector_, plan.enrolled(share), plan.interval,
      std::vector<std::string>{"--scenario", scenario_of(plan, share), "--for",
                               format_duration(length)});
  start_ = monotonic_now() + plan.warm_up(share);
}

std::uint64_t Stage::logged_bytes() {
  // Its stdout has nothing more to say: this only takes what has come on either.
  collector_.process().read_line(std::chrono::milliseconds{0});
  return collector_.process().err().size();
}

}  // namespace flatline::bench
