// The real programs, once through the phases: a sample in the middle of every tick.

#include <thread>

#include "bench/fleet_proof/flood.h"
#include "bench/fleet_proof/measured.h"
#include "bench/fleet_proof/stage.h"
#include "bench/fleet_proof/system_calls.h"
#include "schema/key_file.h"

namespace flatline::bench {

Run measure(const Plan& plan, const SharePlan& share) {
  Run run;
  run.share = share;
  run.hosts = plan.hosts(share);
  Stage stage(plan, share);
  TickWatch watch(stage.process(), stage.collector().api(), plan.tick, stage.start());
  stage.await_all();
  sleep_until(stage.start() - plan.tick);

  const std::uint8_t key_id = read_fleet_key(stage.collector().fleet_key()).key_id;
  const auto a_second = static_cast<std::uint32_t>(
      std::uint64_t{run.hosts} * 1000 / static_cast<std::uint64_t>(plan.interval.count()));
  std::unique_ptr<Flood> flood;
  Sample before = watch.next();
  while (true) {
    Sample after = watch.next();
    const auto phase = static_cast<std::size_t>(std::max(after.at_seconds, 0.0) /
                                                Seconds(Duration{plan.phase}).count());
    if (phase >= share.phases.size()) break;
    if (share.phases[phase].flooded && !flood) {
      flood = std::make_unique<Flood>(*parse_endpoint(stage.collector().udp()), key_id, a_second);
    }
    if (after.summary.tick > before.summary.tick) {
      run.rows.push_back(row_between(before, after));
      run.rows.back().phase = phase;
      before = std::move(after);
    }
  }
  run.flooded = flood ? flood->stop() : 0;
  const FleetSaid said = stage.finish();
  run.sent = said.sent;
  run.send_errors = said.send_errors;
  // What was sent last is counted from the next tick on.
  std::this_thread::sleep_for(2 * plan.tick);
  run.end = watch.summary();
  return run;
}

std::vector<PhaseCalls> count_system_calls(const Plan& plan, const SharePlan& share) {
  Stage stage(plan, share);
  stage.await_all();
  std::vector<PhaseCalls> counted;
  const double ticks = Seconds(Duration{plan.phase}).count() / Seconds(Duration{plan.tick}).count();
  for (std::size_t phase = 0; phase < share.phases.size(); ++phase) {
    const Instant begin = stage.start() + static_cast<std::int64_t>(phase) * plan.phase;
    sleep_until(begin);
    SystemCallCount count(stage.process());
    sleep_until(begin + plan.phase);
    PhaseCalls calls{share.phases[phase].name, count.stop()};
    for (auto& [name, number] : calls.a_tick) number /= ticks;
    counted.push_back(std::move(calls));
  }
  stage.finish();
  return counted;
}

}  // namespace flatline::bench
