#include "bench/proofs/detection/detection.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "bench/proofs/detection/speakers.h"
#include "bench/proofs/tick_watch.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tests/harness/programs.h"
#include "tests/harness/running_fleet.h"
#include "tools/cli/client.h"

namespace flatline::bench {
namespace {

/// What one client address may ask in the long run.
constexpr Milliseconds kAskPeriod{static_cast<int>(1000 / kClientRequestsPerSecond)};

/// A view tells its time in whole milliseconds, read by the wall clock a few system calls after the
/// one at which bits are judged.
constexpr double kClockSlackSeconds = 0.002;

/// All values are seconds, a value a host. Ticks come when they come, and may come late: what is
/// promised of a bit holds at each of them, and is judged by the last three.
struct Detection {
  std::vector<double> silence;       ///< From a host's last datagram to the tick that shows it.
  std::vector<double> failure;       ///< From the failure, which is one instant for all,
  std::vector<double> told_failure;  ///< and from each host's datagram that told of it.
  std::vector<double> recovery;      ///< From the first datagram's turn after the silence.
  std::vector<double>
      still_reporting;                ///< From its last datagram to the last tick that shows it up.
  std::vector<double> still_healthy;  ///< From the datagram that told of failure to the last well.
  std::vector<double> still_silent;   ///< From its first one afterwards to the last silent.

  std::size_t victims = 0;         ///< Hosts that were told to be silent, and hosts told to fail.
  std::size_t never = 0;           ///< Of these: their bit never fell, or rose before its time.
  std::size_t wrong = 0;           ///< Other hosts whose bit fell.
  std::uint64_t ticks_missed = 0;  ///< By the reader.
  std::uint64_t send_errors = 0;   ///< Datagrams that the kernel did not take.
  double lost = 0;                 ///< By the kernel.
  double tick_late_seconds = 0;    ///< The worst, as the next, in the collector's whole life.
  double speakers_late_seconds = 0;
};

/// The phases, in the order of the scenario.
enum : std::size_t { kWarm, kSilent, kBack, kFailing, kPhases };

using Words = std::vector<std::uint64_t>;

struct Seen {
  Instant ticked;  ///< By the view's own time, whose last millisecond is cut off.
  Words healthy;
  Words reporting;
};

/// Both clocks are this machine's. Asked for anew with each view: the wall clock may be on its way
/// to another time. Whoever loses the processor between the two reads compares them wrongly: of
/// a few tries the one counts that took least.
Duration wall_less_steady() {
  Duration least = Duration::max();
  Duration difference{0};
  for (int i = 0; i < 5; ++i) {
    const Instant before = monotonic_now();
    const auto wall = Duration{std::chrono::system_clock::now().time_since_epoch()};
    const Duration took = monotonic_now() - before;
    if (took >= least) continue;
    least = took;
    difference = wall - before.time_since_epoch();
  }
  return difference;
}

/// Asks until `end`, and keeps every view.
std::vector<Seen> watch(cli::Client& client, Instant end, Detection& detection) {
  std::vector<Seen> views;
  std::uint64_t last_tick = 0;
  for (Instant next = monotonic_now(); next < end; next += kAskPeriod) {
    sleep_until(next);
    client.restart_deadline();
    const BitmapAnswer answer = client.bitmap();
    if (answer.header.tick == last_tick) continue;
    if (last_tick != 0) detection.ticks_missed += answer.header.tick - last_tick - 1;
    last_tick = answer.header.tick;
    const auto words = [&](Plane plane) {
      const auto span = answer.plane(plane);
      return Words(span.begin(), span.end());
    };
    const Instant ticked{answer.header.time.time_since_epoch() - wall_less_steady()};
    views.push_back({ticked, words(Plane::kHealthy), words(Plane::kReporting)});
  }
  return views;
}

double seconds(Duration duration) {
  return Seconds(duration).count();
}

/// Holds each host's bits against when it spoke, once the run has ended.
class Judge {
 public:
  Judge(const Speakers& speakers, const std::vector<Seen>& views, Detection& detection)
      : speakers_(speakers), views_(views), detection_(detection) {}

  void judge_silence(std::uint32_t host, std::uint32_t slot) {
    const Shown up = shown(kSilent, slot, true, &Seen::reporting);
    const Shown down = shown(kSilent, slot, false, &Seen::reporting);
    if (!is_victim(host, kSilent, sim::Verb::kSilent, down)) return;
    const Shown back = shown(kBack, slot, true, &Seen::reporting);
    if (!down.first || (up.last && *up.last > *down.first) || !back.first) {
      ++detection_.never;
      return;
    }
    const Instant last = speakers_.last_before(host, kSilent);
    detection_.silence.push_back(seconds(*down.first - last));
    if (up.last) detection_.still_reporting.push_back(seconds(*up.last - last));
    detection_.recovery.push_back(seconds(*back.first - speakers_.phase_start(kBack)));
    const Shown still = shown(kBack, slot, false, &Seen::reporting);
    if (!still.last) return;
    detection_.still_silent.push_back(seconds(*still.last - speakers_.first_in(host, kBack)));
  }

  void judge_failure(std::uint32_t host, std::uint32_t slot) {
    const Shown down = shown(kFailing, slot, false, &Seen::healthy);
    if (!is_victim(host, kFailing, sim::Verb::kFail, down)) return;
    if (!down.first) {
      ++detection_.never;
      return;
    }
    const Instant told = speakers_.first_in(host, kFailing);
    detection_.failure.push_back(seconds(*down.first - speakers_.phase_start(kFailing)));
    detection_.told_failure.push_back(seconds(*down.first - told));
    const Shown well = shown(kFailing, slot, true, &Seen::healthy);
    if (well.last) detection_.still_healthy.push_back(seconds(*well.last - told));
  }

 private:
  /// The first and the last tick of a phase that show a bit so; nothing: none does.
  struct Shown {
    std::optional<Instant> first;
    std::optional<Instant> last;
  };
  Shown shown(std::size_t phase, std::uint32_t slot, bool bit, Words Seen::*plane) const {
    const Instant begin = speakers_.phase_start(phase);
    const Instant end = phase + 1 < kPhases ? speakers_.phase_start(phase + 1) : Instant::max();
    Shown found;
    for (const Seen& view : views_) {
      if (view.ticked < begin || view.ticked >= end) continue;
      if (((view.*plane)[slot / 64] >> (slot % 64) & 1) != (bit ? 1 : 0)) continue;
      if (!found.first) found.first = view.ticked;
      found.last = view.ticked;
    }
    return found;
  }

  bool is_victim(std::uint32_t host, std::size_t phase, sim::Verb verb, const Shown& down) {
    const bool is_one = speakers_.verb_of(host, phase) == verb;
    if (is_one) ++detection_.victims;
    if (!is_one && down.first) ++detection_.wrong;
    return is_one;
  }

  const Speakers& speakers_;
  const std::vector<Seen>& views_;
  Detection& detection_;
};

std::vector<std::uint32_t> slots_by_host(cli::Client& client, const sim::FleetOptions& fleet) {
  std::map<std::string, std::uint32_t> by_name;
  client.restart_deadline();
  for (const HostRowAnswer& row : client.hosts("").hosts) by_name[row.name] = row.slot;
  std::vector<std::uint32_t> slots;
  for (std::uint32_t host = 0; host < fleet.hosts; ++host) {
    const auto found = by_name.find(sim::simulated_name(fleet, host));
    if (found == by_name.end()) throw Failure("not all hosts were registered in time");
    slots.push_back(found->second);
  }
  return slots;
}

Detection detect(const DetectionPlan& plan) {
  test::RunningCollector collector({"--capacity", std::to_string(test::capacity_for(plan.hosts)),
                                    "--tick", format_duration(plan.tick), "--min-interval",
                                    format_duration(plan.interval), "--history-keep", "10m"});
  cli::Client client("http://" + collector.api(), "", test::kPatience);
  const Milliseconds beat = std::max(plan.interval, plan.tick);
  const Milliseconds warm_up = test::registration_time(plan.hosts, plan.tick) + 6 * beat;
  const std::string scenario =
      fmt::format("0s healthy; {} silent 30%; {} healthy; {} fail 30%", format_duration(warm_up),
                  format_duration(warm_up + 8 * beat), format_duration(warm_up + 12 * beat));
  sim::FleetOptions fleet;
  fleet.key = read_fleet_key(collector.fleet_key());
  fleet.hosts = plan.hosts;
  fleet.interval = plan.interval;
  Speakers speakers(fleet, *parse_endpoint(collector.udp()), sim::parse_scenario(scenario),
                    warm_up + 16 * beat);
  sleep_until(speakers.phase_start(kSilent) - plan.interval);
  const std::vector<std::uint32_t> slots = slots_by_host(client, fleet);
  Detection detection;
  const std::vector<Seen> views = watch(client, speakers.end(), detection);
  speakers.join();

  Judge judge(speakers, views, detection);
  for (std::uint32_t host = 0; host < plan.hosts; ++host) {
    judge.judge_silence(host, slots[host]);
    judge.judge_failure(host, slots[host]);
  }
  client.restart_deadline();
  const SummaryAnswer summary = client.summary();
  detection.lost = summary.datagrams.lost;
  detection.send_errors = speakers.send_errors();
  detection.tick_late_seconds = summary.collector.worst_lateness_seconds;
  detection.speakers_late_seconds = Seconds(speakers.worst_lateness()).count();
  return detection;
}

void judge_bits(const DetectionPlan& plan, const Detection& found, Report& report) {
  const double interval = Seconds(plan.interval).count();
  const double window = (kDefaultStaleAfter + 0.5) * interval;
  const double soonest = found.silence.empty() ? 0 : std::ranges::min(found.silence);
  const auto none_after = [&](const std::vector<double>& still, double bound, const char* what) {
    report.say(most(still) < bound + kClockSlackSeconds,
               fmt::format("{} in no view {:.3f} s or more after: {:.4f} s at the latest", what,
                           bound, most(still)));
  };
  none_after(found.still_reporting, window, "a silent host's last datagram: it is up");
  none_after(found.still_healthy, 0, "a failing host's first datagram that tells: it is healthy");
  none_after(found.still_silent, 0, "the first datagram of a host that is back: it is silent");
  report.say(
      soonest >= kDefaultStaleAfter * interval,
      fmt::format("a silent host is down in no view before {:.2f} s: {:.3f} s at the soonest",
                  kDefaultStaleAfter * interval, soonest));
  report.say(found.victims > 0 && found.never == 0,
             fmt::format("of {} hosts told to be silent or to fail, not shown so, or not for good: "
                         "{}",
                         found.victims, found.never));
  report.say(found.wrong == 0, fmt::format("other hosts that were shown so: {}", found.wrong));
  report.say(found.ticks_missed == 0,
             fmt::format("views that were not seen: {}", found.ticks_missed));
  report.say(found.send_errors == 0 && found.lost == 0,
             fmt::format("datagrams that could not be sent: {}; lost by the kernel: {}",
                         found.send_errors, found.lost));
}

}  // namespace

void prove_detection(const DetectionPlan& plan, Report& report) {
  const Detection found = detect(plan);
  report.add(Table{"detection",
                   fmt::format("{} hosts, interval {} s, tick {} s: seconds", plan.hosts,
                               Seconds(plan.interval).count(), Seconds(plan.tick).count()),
                   kSpreadColumns,
                   {spread("last datagram to fallen bit", found.silence),
                    spread("failure to fallen bit", found.failure),
                    spread("its first datagram to fallen bit", found.told_failure),
                    spread("network back to risen bit", found.recovery)}});
  report.note(
      fmt::format("a tick came up to {:.3f} s late, the speakers were up to {:.3f} s late: "
                  "the table has that within it, the bounds do not",
                  found.tick_late_seconds, found.speakers_late_seconds));
  judge_bits(plan, found, report);
}

}  // namespace flatline::bench
