// The real programs, once through the phases: a sample in the middle of every tick.

#include <thread>

#include "bench/proofs/fleet/flood.h"
#include "bench/proofs/fleet/measured.h"
#include "bench/proofs/fleet/stage.h"
#include "bench/proofs/fleet/system_calls.h"
#include "schema/program/key_file.h"

namespace flatline::bench {
namespace {

/// Strangers who come with the phases that say so, and leave with them: as many datagrams a second
/// as the hosts send.
class Strangers {
 public:
  Strangers(const Stage& stage, std::uint32_t hosts, Milliseconds interval)
      : to_(*parse_endpoint(stage.collector().udp())),
        key_id_(read_fleet_key(stage.collector().fleet_key()).key_id),
        a_second_(static_cast<std::uint32_t>(std::uint64_t{hosts} * 1000 /
                                             static_cast<std::uint64_t>(interval.count()))) {}

  void follow(const PhasePlan& phase) {
    if (phase.flooded && !flood_) flood_ = std::make_unique<Flood>(to_, key_id_, a_second_);
    if (!phase.flooded) stop();
  }

  void stop() {
    if (!flood_) return;
    sent_ += flood_->stop();
    flood_.reset();
  }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  Endpoint to_;
  std::uint8_t key_id_;
  std::uint32_t a_second_;
  std::unique_ptr<Flood> flood_;
  std::uint64_t sent_ = 0;
};

}  // namespace

Run measure(const Plan& plan, const SharePlan& share) {
  Run run;
  run.share = share;
  run.hosts = plan.enrolled(share);
  Stage stage(plan, share, plan.checkpoint());
  TickWatch watch(stage.process(), stage.collector().api(), plan.tick, stage.start());
  stage.await_all();
  sleep_until(stage.start() - plan.tick);

  Strangers strangers(stage, run.hosts, plan.interval);
  Sample before = watch.next();
  before.logged_bytes = stage.logged_bytes();
  while (true) {
    Sample after = watch.next();
    after.logged_bytes = stage.logged_bytes();
    after.healthy = watch.healthy_plane();
    const auto phase = static_cast<std::size_t>(std::max(after.at_seconds, 0.0) /
                                                Seconds(Duration{plan.phase}).count());
    if (phase >= share.phases.size()) break;
    strangers.follow(share.phases[phase]);
    if (after.summary.tick > before.summary.tick) {
      run.rows.push_back(row_between(before, after));
      run.rows.back().phase = phase;
      before = std::move(after);
    }
  }
  strangers.stop();
  run.flooded = strangers.sent();
  const FleetSaid said = stage.finish();
  run.sent = said.sent;
  run.send_errors = said.send_errors;
  // What was sent last is counted from the next tick on.
  std::this_thread::sleep_for(2 * plan.tick);
  run.end = watch.summary();
  return run;
}

std::vector<PhaseCalls> count_system_calls(const Plan& plan, const SharePlan& share) {
  Stage stage(plan, share, plan.even_checkpoint());
  TickWatch watch(stage.process(), stage.collector().api(), plan.tick, stage.start());
  stage.await_all();
  Strangers strangers(stage, plan.enrolled(share), plan.interval);
  std::vector<PhaseCalls> counted;
  for (std::size_t phase = 0; phase < share.phases.size(); ++phase) {
    const Instant begin = stage.start() + static_cast<std::int64_t>(phase) * plan.phase;
    sleep_until(begin);
    strangers.follow(share.phases[phase]);
    const SummaryAnswer before = watch.summary();
    SystemCallCount count(stage.process());
    sleep_until(begin + plan.phase);
    PhaseCalls calls{share.phases[phase], count.stop()};
    const SummaryAnswer after = watch.summary();
    const double ticks = after.tick - before.tick;
    calls.datagrams = (after.work.datagrams - before.work.datagrams) / ticks;
    for (auto& [name, number] : calls.a_tick) number /= ticks;
    counted.push_back(std::move(calls));
  }
  strangers.stop();
  stage.finish();
  return counted;
}

}  // namespace flatline::bench
