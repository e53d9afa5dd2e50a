#include "bench/proofs/detection/detection.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <map>
#include <optional>

#include "bench/proofs/detection/speakers.h"
#include "bench/proofs/tick_watch.h"
#include "bench/registration.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tests/harness/programs.h"
#include "tools/cli/client.h"

namespace flatline::bench {
namespace {

/// What one client address may ask in the long run.
constexpr Milliseconds kAskPeriod{static_cast<int>(1000 / kClientRequestsPerSecond)};

/// The phases, in the order of the scenario.
enum : std::size_t { kWarm, kSilent, kBack, kFailing, kWell, kLossy, kPhases };

struct Schedule {
  std::string scenario;
  Milliseconds length{0};
};

std::uint32_t capacity_of(const DetectionPlan& plan) {
  return (plan.hosts + 63) / 64 * 64;
}

Schedule schedule_of(const DetectionPlan& plan) {
  const Milliseconds beat = std::max(plan.interval, plan.tick);
  Schedule schedule;
  const auto phase = [&](const char* verbs, Milliseconds length) {
    schedule.scenario += fmt::format("{}{} {}", schedule.scenario.empty() ? "" : "; ",
                                     format_duration(schedule.length), verbs);
    schedule.length += length;
  };
  phase("healthy", registration_time(capacity_of(plan), plan.hosts, plan.tick) + 6 * beat);
  phase("silent 30%", 8 * beat);
  phase("healthy", 4 * beat);
  phase("fail 30%", 4 * beat);
  phase("healthy", 4 * beat);
  phase("healthy", 6 * beat + plan.lossy_intervals * plan.interval);
  return schedule;
}

struct Seen {
  Instant ticked;  ///< By the view's own time, whose last millisecond is cut off.
  Instant read;
  std::vector<std::uint64_t> healthy;
  std::vector<std::uint64_t> reporting;

  [[nodiscard]] static bool bit(const std::vector<std::uint64_t>& words, std::uint32_t slot) {
    return (words[slot / 64] >> (slot % 64) & 1) != 0;
  }
};

/// Both clocks are this machine's. Asked for anew with each view: the wall clock may be on its way
/// to another time.
Duration wall_less_steady() {
  return Duration{std::chrono::system_clock::now().time_since_epoch()} -
         monotonic_now().time_since_epoch();
}

/// Asks until `end`, and keeps every view.
std::vector<Seen> watch(cli::Client& client, Instant end, Detection& detection) {
  std::vector<Seen> views;
  std::uint64_t last_tick = 0;
  for (Instant next = monotonic_now(); next < end; next += kAskPeriod) {
    std::this_thread::sleep_for(std::max(next - monotonic_now(), Duration{0}));
    client.restart_deadline();
    const BitmapAnswer answer = client.bitmap();
    const Instant read = monotonic_now();
    if (answer.header.tick == last_tick) continue;
    if (last_tick != 0) detection.ticks_missed += answer.header.tick - last_tick - 1;
    last_tick = answer.header.tick;
    const auto words = [&](Plane plane) {
      const auto span = answer.plane(plane);
      return std::vector<std::uint64_t>(span.begin(), span.end());
    };
    const Instant ticked{answer.header.time.time_since_epoch() - wall_less_steady()};
    views.push_back({ticked, read, words(Plane::kHealthy), words(Plane::kReporting)});
  }
  return views;
}

/// Everything that is known when the run has ended.
struct Run {
  const DetectionPlan& plan;
  const Speakers& speakers;
  const std::vector<Seen>& views;
  const std::vector<std::uint32_t>& slots;  ///< By host.
};

/// Calls `each` with every view that was ticked in a phase.
template <typename Each>
void views_of(const Run& run, std::size_t phase, const Each& each) {
  const Instant begin = run.speakers.phase_start(phase);
  const Instant end = phase + 1 < kPhases ? run.speakers.phase_start(phase + 1) : Instant::max();
  for (const Seen& view : run.views) {
    if (view.ticked >= begin && view.ticked < end) each(view);
  }
}

const Seen* first_with(const Run& run, std::size_t phase, std::uint32_t slot, bool wanted,
                       std::vector<std::uint64_t> Seen::*plane) {
  const Seen* found = nullptr;
  views_of(run, phase, [&](const Seen& view) {
    if (found == nullptr && Seen::bit(view.*plane, slot) == wanted) found = &view;
  });
  return found;
}

/// The last tick of a phase that shows a bit so; nothing: none does.
std::optional<Instant> last_with(const Run& run, std::size_t phase, std::uint32_t slot, bool shown,
                                 std::vector<std::uint64_t> Seen::*plane) {
  std::optional<Instant> found;
  views_of(run, phase, [&](const Seen& view) {
    if (Seen::bit(view.*plane, slot) == shown) found = view.ticked;
  });
  return found;
}

void judge_silence(const Run& run, std::uint32_t host, Detection& detection) {
  const std::uint32_t slot = run.slots[host];
  const Seen* fall = first_with(run, kSilent, slot, false, &Seen::reporting);
  if (run.speakers.verb_of(host, kSilent) != sim::Verb::kSilent) {
    detection.wrong += fall != nullptr ? 1 : 0;
    return;
  }
  ++detection.victims;
  const auto still = last_with(run, kSilent, slot, true, &Seen::reporting);
  if (fall == nullptr || (still && *still > fall->ticked)) {
    ++detection.never;
    return;
  }
  const Instant last = run.speakers.last_before(host, kSilent);
  detection.silence.add(fall->ticked - last);
  detection.silence_read.add(fall->read - last);
  if (still) detection.still_reporting.add(*still - last);
  const Seen* rise = first_with(run, kBack, slot, true, &Seen::reporting);
  if (rise == nullptr) {
    ++detection.never;
    return;
  }
  detection.recovery.add(rise->ticked - run.speakers.phase_start(kBack));
  if (const auto silent = last_with(run, kBack, slot, false, &Seen::reporting)) {
    detection.still_silent.add(*silent - run.speakers.first_in(host, kBack));
  }
}

void judge_failure(const Run& run, std::uint32_t host, Detection& detection) {
  const std::uint32_t slot = run.slots[host];
  const Seen* fall = first_with(run, kFailing, slot, false, &Seen::healthy);
  if (run.speakers.verb_of(host, kFailing) != sim::Verb::kFail) {
    detection.wrong += fall != nullptr ? 1 : 0;
    return;
  }
  ++detection.victims;
  if (fall == nullptr) {
    ++detection.never;
    return;
  }
  const Instant told = run.speakers.first_in(host, kFailing);
  detection.failure.add(fall->ticked - run.speakers.phase_start(kFailing));
  detection.told_failure.add(fall->ticked - told);
  if (const auto well = last_with(run, kFailing, slot, true, &Seen::healthy)) {
    detection.still_healthy.add(*well - told);
  }
}

void judge_loss(const Run& run, Detection& detection) {
  const Instant settled = run.speakers.phase_start(kLossy) + 6 * run.plan.interval;
  double ticks = 0;
  double silent = 0;
  views_of(run, kLossy, [&](const Seen& view) {
    if (view.ticked < settled) return;
    std::size_t reporting = 0;
    for (const std::uint64_t word : view.reporting) {
      reporting += static_cast<std::size_t>(std::popcount(word));
    }
    silent += static_cast<double>(run.slots.size() - reporting);
    ++ticks;
  });
  detection.silent_under_loss = ticks > 0 ? silent / ticks : 0;
}

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

}  // namespace

void Spread::add(Duration duration) {
  seconds.push_back(Seconds(duration).count());
}

void Spread::sort() {
  std::sort(seconds.begin(), seconds.end());
}

double Spread::at(double share) const {
  if (seconds.empty()) return 0;
  return seconds[static_cast<std::size_t>(share * static_cast<double>(seconds.size() - 1))];
}

Detection detect(const DetectionPlan& plan) {
  test::RunningCollector collector({"--capacity", std::to_string(capacity_of(plan)), "--tick",
                                    format_duration(plan.tick), "--min-interval",
                                    format_duration(plan.interval), "--history-keep", "10m"});
  cli::Client client("http://" + collector.api(), "", kDefaultRequestTimeout);
  const Schedule schedule = schedule_of(plan);
  SpeakersPlan speaking;
  speaking.fleet.key = read_fleet_key(collector.fleet_key());
  speaking.fleet.hosts = plan.hosts;
  speaking.fleet.interval = plan.interval;
  speaking.collector = *parse_endpoint(collector.udp());
  speaking.phases = sim::parse_scenario(schedule.scenario);
  speaking.length = schedule.length;
  speaking.lossy_phase = kLossy;
  speaking.loss = plan.loss;
  Detection detection;
  Speakers speakers(speaking);
  const Instant settled = speakers.phase_start(kSilent) - plan.interval;
  std::this_thread::sleep_for(settled - monotonic_now());
  const std::vector<std::uint32_t> slots = slots_by_host(client, speaking.fleet);
  const std::vector<Seen> views = watch(client, speakers.start() + schedule.length, detection);
  speakers.join();

  const Run run{plan, speakers, views, slots};
  for (std::uint32_t host = 0; host < plan.hosts; ++host) {
    judge_silence(run, host, detection);
    judge_failure(run, host, detection);
  }
  judge_loss(run, detection);
  for (Spread* spread : {&detection.silence, &detection.silence_read, &detection.failure,
                         &detection.told_failure, &detection.recovery, &detection.still_reporting,
                         &detection.still_healthy, &detection.still_silent}) {
    spread->sort();
  }
  client.restart_deadline();
  const SummaryAnswer summary = client.summary();
  detection.lost = summary.datagrams.lost;
  detection.send_errors = speakers.send_errors();
  detection.tick_late_seconds = summary.collector.worst_lateness_seconds;
  detection.tick_seconds = summary.work.worst_tick_seconds;
  detection.speakers_late_seconds = Seconds(speakers.worst_lateness()).count();
  return detection;
}

}  // namespace flatline::bench
