// The real programs, once for each size.

#include <fmt/core.h>

#include <cstdio>

#include "bench/proofs/scale/measured.h"
#include "bench/registration.h"
#include "collector/view/host_table.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"

namespace flatline::bench {
namespace {

/// A simulator without a core of its own takes a multiple of the time; beyond, it never will.
constexpr int kRegistrationPatience = 4;
constexpr Milliseconds kSettleTime{60'000};
constexpr Milliseconds kProgressPeriod{5'000};
/// So many slots show what a message costs to the byte.
constexpr SizePlan kMessageSize{65'536, Milliseconds{200}};

std::vector<std::string> collector_flags(const SizePlan& size, unsigned messages) {
  return {"--capacity",
          std::to_string(size.capacity()),
          "--tick",
          format_duration(size.tick()),
          "--min-interval",
          format_duration(size.interval),
          "--messages-per-host",
          std::to_string(messages),
          "--history-step",
          format_duration(size.history_step()),
          "--history-keep",
          format_duration(size.history_keep())};
}

/// Resident in a collector that has no hosts yet, when everything it does has been done once.
double settled_bytes(TickWatch& watch) {
  const Instant deadline = monotonic_now() + kSettleTime;
  while (true) {
    const Sample sample = watch.next();
    const double bytes = static_cast<double>(sample.process.resident_bytes);
    if (sample.summary.work.history.writes > 0) return bytes;
    if (monotonic_now() >= deadline) throw Failure("the collector stored no step of its history");
  }
}

/// A line on stderr now and then.
class Progress {
 public:
  explicit Progress(const SizePlan& size) : size_(size), next_(monotonic_now() + kProgressPeriod) {}

  void tell(const std::string& text) {
    if (monotonic_now() < next_) return;
    next_ += kProgressPeriod;
    fmt::print(stderr, "scale: {}: {}\n", size_.name(), text);
    next_ = std::max(next_, monotonic_now());
  }

 private:
  const SizePlan& size_;
  Instant next_;
};

double accepted(const SummaryAnswer& summary) {
  for (const CountAnswer& outcome : summary.datagrams.outcomes) {
    if (outcome.name == "accepted") return outcome.count;
  }
  return 0;
}

/// What the fleet and the kernel said at one moment.
struct Reading {
  Sample sample;
  FleetSaid said;
  double fleet_cpu_seconds = 0;
};

Reading take(Sample sample, RunningFleet& fleet) {
  Reading moment{std::move(sample), fleet.until_now(), 0};
  moment.fleet_cpu_seconds = read_figures(fleet.pid()).cpu_seconds();
  return moment;
}

void subtract(const Reading& before, const Reading& after, Measured& measured) {
  const auto between = [](auto from, auto to) { return static_cast<double>(to - from); };
  const SummaryAnswer& was = before.sample.summary;
  const SummaryAnswer& now = after.sample.summary;
  measured.seconds = after.sample.at_seconds - before.sample.at_seconds;
  measured.due = measured.size.hosts * measured.seconds / Seconds(measured.size.interval).count();
  measured.sent = between(before.said.sent, after.said.sent);
  measured.late = between(before.said.late, after.said.late);
  measured.skipped = between(before.said.skipped, after.said.skipped);
  measured.received = now.work.datagrams - was.work.datagrams;
  measured.accepted = accepted(now) - accepted(was);
  measured.lost = now.datagrams.lost - was.datagrams.lost;
  measured.healthy = now.healthy;
  measured.steps_lost = now.storage.lost_steps - was.storage.lost_steps;
  measured.loop_cpu_seconds =
      after.sample.process.cpu_seconds("loop") - before.sample.process.cpu_seconds("loop");
  measured.collector_cpu_seconds =
      after.sample.process.cpu_seconds() - before.sample.process.cpu_seconds();
  measured.simulator_cpu_seconds = after.fleet_cpu_seconds - before.fleet_cpu_seconds;
  measured.resident_bytes = static_cast<double>(after.sample.process.resident_bytes);
}

/// Until everybody is registered and healthy, and the fleet is not behind: one that fell behind
/// while its hosts registered is late until it has caught up. Where it has no core to do so, it is
/// measured as it is.
void await_calm(RunningFleet& fleet, const SizePlan& size) {
  Progress progress(size);
  const Milliseconds usual =
      registration_time(size.capacity(), size.hosts, size.tick()) + 4 * size.interval;
  const Instant deadline = monotonic_now() + kRegistrationPatience * usual + kSettleTime;
  FleetSaid before = fleet.until_now();
  while (monotonic_now() < deadline) {
    const bool all = fleet.all_by(deadline, [&](const SummaryAnswer& summary) {
      progress.tell(fmt::format("{} registered, {} healthy", summary.hosts, summary.healthy));
    });
    sleep_until(monotonic_now() + size.tick());
    const FleetSaid said = fleet.until_now();
    if (all && said.late == before.late && said.skipped == before.skipped) return;
    before = said;
  }
}

/// A row a tick, until so much time has passed. Returns the last look.
Sample watch_ticks(Measured& measured, const Sample& first, TickWatch& watch, Milliseconds length) {
  Progress progress(measured.size);
  // The middle of a tick lies a little to either side.
  const Milliseconds slack = measured.size.tick() / 4;
  const double end = first.at_seconds + Seconds(length - slack).count();
  Sample last = first;
  while (last.at_seconds < end) {
    Sample sample = watch.next();
    progress.tell(fmt::format("measured {:.0f} s of {}", sample.at_seconds - first.at_seconds,
                              format_duration(length)));
    if (sample.summary.tick == last.summary.tick) continue;
    measured.rows.push_back(row_between(last, sample));
    last = std::move(sample);
  }
  return last;
}

}  // namespace

Measured measure(const Plan& plan, const SizePlan& size, Milliseconds length) {
  Measured measured;
  measured.size = size;
  test::RunningCollector collector(collector_flags(size, plan.messages));
  const pid_t process = collector.process().pid();
  const Instant start = monotonic_now();
  TickWatch watch(process, collector.api(), size.tick(), start);
  measured.empty_bytes = static_cast<double>(watch.next().process.resident_bytes);

  RunningFleet fleet(collector, size.hosts, size.interval, {});
  const Instant began = monotonic_now();
  await_calm(fleet, size);
  measured.calm_after_seconds = Seconds(monotonic_now() - began).count();

  watch.skip();
  const Reading before = take(watch.next(), fleet);
  Sample last = watch_ticks(measured, before.sample, watch, length);
  subtract(before, take(std::move(last), fleet), measured);

  fleet.stop();
  measured.said = fleet.finish();
  // What was sent last is counted from the next tick on.
  sleep_until(monotonic_now() + 2 * size.tick());
  measured.end = watch.summary();
  return measured;
}

MessageCost measure_messages() {
  const auto resident = [](unsigned messages) {
    test::RunningCollector collector(collector_flags(kMessageSize, messages));
    TickWatch watch(collector.process().pid(), collector.api(), kMessageSize.tick(),
                    monotonic_now());
    return settled_bytes(watch);
  };
  const double more = resident(kDefaultMessagesPerHost) - resident(0);
  return {sizeof(KeptMessage), more / kMessageSize.capacity() / kDefaultMessagesPerHost};
}

}  // namespace flatline::bench
