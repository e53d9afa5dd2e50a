#include "bench/proofs/scale/measure.h"

#include <fmt/core.h>

#include "schema/program/clock.h"
#include "schema/program/duration.h"

namespace flatline::bench {
namespace {

/// A simulator without a core of its own takes a multiple of the time; beyond, it never will.
constexpr int kRegistrationPatience = 4;
constexpr Milliseconds kSettleTime{60'000};

/// A step of the history is stored in so many ticks, and the ring is short: a million slots take 13
/// MB of disk. What is written does not depend on the ring's length.
constexpr int kTicksPerStep = 10;
constexpr int kStepsKept = 12;

std::vector<std::string> collector_flags(const SizePlan& size) {
  const Milliseconds step = kTicksPerStep * size.tick();
  return {"--capacity",
          std::to_string(size.capacity()),
          "--tick",
          format_duration(size.tick()),
          "--min-interval",
          format_duration(size.interval),
          "--messages-per-host",
          "0",
          "--history-step",
          format_duration(step),
          "--history-keep",
          format_duration(kStepsKept * step)};
}

/// What the collector, the fleet and the kernel said at one moment.
struct Reading {
  Reading(Sample sample, test::RunningFleet& running)
      : collector(std::move(sample)),
        fleet(running.until_now()),
        fleet_cpu_seconds(test::read_figures(running.pid()).all_cpu_seconds()) {}

  Sample collector;
  test::FleetSaid fleet;
  double fleet_cpu_seconds;
};

void subtract(const Reading& begin, const Reading& end, Measured& measured) {
  const SummaryAnswer& was = begin.collector.summary;
  const SummaryAnswer& now = end.collector.summary;
  const test::ProcessFigures& before = begin.collector.process;
  const test::ProcessFigures& after = end.collector.process;
  measured.seconds = end.collector.at_seconds - begin.collector.at_seconds;
  measured.due = measured.size.hosts * measured.seconds / Seconds(measured.size.interval).count();
  measured.received = now.work.datagrams - was.work.datagrams;
  measured.lost = now.datagrams.lost - was.datagrams.lost;
  measured.late = end.fleet.late - begin.fleet.late;
  measured.left_out = end.fleet.skipped - begin.fleet.skipped;
  measured.loop_cpu_seconds = after.cpu_seconds.at("loop") - before.cpu_seconds.at("loop");
  measured.collector_cpu_seconds = after.all_cpu_seconds() - before.all_cpu_seconds();
  measured.simulator_cpu_seconds = end.fleet_cpu_seconds - begin.fleet_cpu_seconds;
  measured.healthy = now.healthy;
  measured.resident_bytes = after.resident_bytes;
}

/// Until everybody is registered and healthy, and the fleet is not behind: one that fell behind
/// while its hosts registered is late until it has caught up. Where it has no core to do so, it is
/// measured as it is.
void await_calm(TickWatch& watch, test::RunningFleet& fleet, const SizePlan& size) {
  const Milliseconds usual = test::registration_time(size.hosts, size.tick()) + 4 * size.interval;
  const Instant deadline = monotonic_now() + kRegistrationPatience * usual + kSettleTime;
  test::FleetSaid before = fleet.until_now();
  while (monotonic_now() < deadline) {
    const bool all = watch.all_healthy_by(deadline, size.hosts);
    sleep_until(monotonic_now() + size.tick());
    const test::FleetSaid said = fleet.until_now();
    if (all && said.late == before.late && said.skipped == before.skipped) return;
    before = said;
  }
}

}  // namespace

std::string SizePlan::name() const {
  return fmt::format("{}@{}", hosts, format_duration(interval));
}

Measured measure(const SizePlan& size, Milliseconds length) {
  Measured measured;
  measured.size = size;
  test::RunningCollector collector(collector_flags(size));
  const Instant start = monotonic_now();
  TickWatch watch(collector, size.tick(), start);
  test::RunningFleet fleet(collector, size.hosts, size.interval, {});
  fmt::print(stderr, "scale: {}: hosts register\n", size.name());
  await_calm(watch, fleet, size);
  measured.calm_after_seconds = Seconds(monotonic_now() - start).count();

  fmt::print(stderr, "scale: {}: measured for {}\n", size.name(), format_duration(length));
  const Reading begin(watch.next(), fleet);
  // The middle of a tick lies a little to either side.
  const double end =
      begin.collector.at_seconds + Seconds(length + size.tick() - size.tick() / 4).count();
  Sample last = watch.follow(begin.collector, [&](Row row) {
    if (row.at_seconds >= end) return false;
    measured.rows.push_back(row);
    return true;
  });
  subtract(begin, Reading(std::move(last), fleet), measured);

  fleet.stop();
  measured.said = fleet.finish();
  measured.after = watch.final_summary();
  return measured;
}

}  // namespace flatline::bench
