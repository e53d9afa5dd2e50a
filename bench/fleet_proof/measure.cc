// The real programs, once through the phases: a sample in the middle of every tick.

#include <thread>

#include "bench/fleet_proof/flood.h"
#include "bench/fleet_proof/measured.h"
#include "bench/fleet_proof/stage.h"
#include "bench/fleet_proof/system_calls.h"
#include "schema/clock.h"
#include "schema/key_file.h"
#include "schema/limits.h"
#include "tools/cli/client.h"

namespace flatline::bench {
namespace {

using Seconds = std::chrono::duration<double>;

class Watch {
 public:
  Watch(const Plan& plan, Stage& stage)
      : plan_(plan),
        start_(stage.start()),
        client_("http://" + stage.collector().api(), "", kDefaultRequestTimeout),
        process_(stage.process()),
        instructions_(process_) {}

  /// Sleeps to the middle of the next tick, and takes what there is.
  Sample next() {
    if (!next_) align();
    sleep_until(*next_);
    *next_ += plan_.tick;
    Sample sample;
    sample.summary = summary();
    sample.process = read_figures(process_);
    sample.loop_instructions = instructions_.read();
    sample.at_seconds = Seconds(monotonic_now() - start_).count();
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
  Instant start_;
  cli::Client client_;
  pid_t process_;
  InstructionCounter instructions_;
  std::optional<Instant> next_;
};

}  // namespace

Run measure(const Plan& plan, const SharePlan& share) {
  Run run;
  run.share = share;
  run.hosts = plan.hosts(share);
  Stage stage(plan, share);
  Watch watch(plan, stage);
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
      run.rows.push_back(row_between(before, after, phase));
      before = std::move(after);
    }
  }
  run.flooded = flood ? flood->stop() : 0;
  const Stage::Sent sent = stage.finish();
  run.sent = sent.datagrams;
  run.send_errors = sent.errors;
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
