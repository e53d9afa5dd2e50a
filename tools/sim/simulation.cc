#include "tools/sim/simulation.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>

#include "agent/core/schedule.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tools/sim/limits.h"

namespace flatline::sim {
namespace {

/// How many slots one turn serves at most, so that a turn which comes late still hears Ctrl-C soon.
constexpr int kSlotsPerTurn = 4096;

/// Prints a line on stdout and flushes it, because scripts wait for it.
void say(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

/// How many places to make for datagrams that are held back: twice their average number, which
/// chance seldom exceeds.
std::size_t held_capacity(const SimulationOptions& options) {
  const double a_second = static_cast<double>(options.hosts + options.clones) *
                          static_cast<double>(options.collectors.size()) * 1000 /
                          static_cast<double>(options.interval.count());
  const double held = a_second * options.reorder * (1 + options.duplicate) *
                      static_cast<double>(options.delay.count()) / 1000;
  if (held == 0) return 0;
  return static_cast<std::size_t>(std::min(held + kSendBatch, double{kHeldDatagrams}));
}

FleetOptions fleet_options(const SimulationOptions& options) {
  std::vector<std::filesystem::path> files = {options.fleet_key};
  if (!options.next_fleet_key.empty()) files.push_back(options.next_fleet_key);
  const std::vector<FleetKey> keys = read_fleet_keys(files);
  return {.key = keys.front(),
          .next_key = keys.size() > 1 ? std::optional(keys.back()) : std::nullopt,
          .name_prefix = options.name_prefix,
          .hosts = options.hosts,
          .clones = options.clones,
          .checks = options.checks,
          .interval = options.interval,
          .skew = options.skew,
          .seed = options.seed};
}

void sleep_until(Instant wake) {
  const auto since_boot = wake.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
  timespec time{};
  time.tv_sec = seconds.count();
  time.tv_nsec = (since_boot - seconds).count();
  // A signal ends the sleep early, which does no harm: the caller looks at the clock again.
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr);
}

}  // namespace

Simulation::Simulation(const SimulationOptions& options)
    : options_(options),
      labels_(options.labels, options.hosts, options.seed),
      script_(options.scenario, labels_, options.seed, simulated_checks(options.checks)),
      fleet_options_(fleet_options(options)),
      fleet_(fleet_options_, script_, labels_),
      outlet_(options.collectors),
      held_(held_capacity(options)),
      fates_{options.loss, options.duplicate, options.reorder, options.delay, options.seed},
      pace_(options.interval) {
  if (!options.truth.empty()) truth_.emplace(options.truth);
}

void Simulation::run(Requests& requests) {
  say(fmt::format("ready hosts={} interval={}", options_.hosts,
                  format_duration(options_.interval)));
  enter_phase(0);
  start_ = monotonic_now();
  if (options_.length) end_ = start_ + *options_.length;
  // The grid is the wall clock's, as an agent's is, so that a host sends at the same place in every
  // run.
  const Instant grid =
      first_deadline(start_, wall_now(), options_.interval, Duration{0}) - options_.interval;
  Cycle cycle(fleet_.phases(), options_.interval, grid, start_);
  while (requests.stop == 0) {
    const Instant now = monotonic_now();
    if (requests.next_phase != 0) {
      requests.next_phase = 0;
      skip_to_next_phase(now);
    }
    if (!run_turn(cycle, now)) break;
    if (requests.tell != 0) {
      requests.tell = 0;
      say_counts("until_now");
    }
    if (requests.rotate != 0) {
      requests.rotate = 0;
      rotate();
    }
    sleep_until(wake_after(cycle, now));
  }
  outlet_.flush();
  tell_errors();
  say_counts("done");
}

void Simulation::rotate() {
  if (!fleet_options_.next_key) {
    fmt::print(stderr, "flatline-sim: SIGHUP: there is no second --fleet-key to rotate to\n");
    return;
  }
  const auto hosts = static_cast<std::uint32_t>(std::lround(options_.rotate * options_.hosts));
  say(fmt::format("rotated hosts={} key={}", fleet_.rotate(hosts),
                  fleet_options_.next_key->key_id));
}

void Simulation::skip_to_next_phase(Instant now) {
  if (phase_ + 1 == script_.phase_count()) {
    fmt::print(stderr, "flatline-sim: SIGUSR2: this is the last phase\n");
    return;
  }
  skipped_ += next_phase_start() - now;
}

bool Simulation::run_turn(Cycle& cycle, Instant now) {
  for (int slots = 0; slots < kSlotsPerTurn; ++slots) {
    const Instant deadline = std::min(cycle.next().deadline, end_);
    while (next_phase_start() <= std::min(now, deadline)) enter_phase(phase_ + 1);
    if (deadline > now) break;
    if (cycle.next().deadline >= end_) return false;
    serve(cycle.next());
    cycle.advance();
  }
  release_held(now);
  outlet_.flush();
  tell_errors();
  return true;
}

void Simulation::serve(const Cycle::Slot& slot) {
  const Instant now = monotonic_now();
  const Pace::Verdict verdict = pace_.judge(slot.deadline, now);
  if (verdict != Pace::Verdict::kKept) {
    warn_once(
        warned_of_pace_,
        fmt::format(
            "cannot keep its pace: {} behind; fewer --hosts or a longer --interval would be kept",
            format_duration(std::chrono::floor<Milliseconds>(now - slot.deadline))));
  }
  if (verdict == Pace::Verdict::kSkip) return;
  const auto spoken = fleet_.speak(slot, phase_, moment_now(), datagram_);
  if (spoken) dispatch(*spoken, now);
}

void Simulation::dispatch(const Spoken& spoken, Instant now) {
  for (std::uint32_t collector = 0; collector < outlet_.collector_count(); ++collector) {
    const Way way{collector, spoken.is_clone};
    const Fate fate = fate_of(fates_, {spoken.sender, collector, spoken.sequence});
    counts_.lost += fate.copies == 0 ? 1 : 0;
    counts_.duplicated += fate.copies == 2 ? 1 : 0;
    for (unsigned copy = 0; copy < fate.copies; ++copy) {
      const Duration delay = fate.held[copy];
      if (delay > Duration::zero() && held_.hold(now + delay, way, datagram_)) {
        ++counts_.held_back;
        continue;
      }
      counts_.not_held += delay > Duration::zero() ? 1 : 0;
      outlet_.send(way, datagram_);
    }
  }
}

void Simulation::release_held(Instant now) {
  while (held_.next() <= now) {
    const HeldBack::Released released = held_.release();
    outlet_.send(released.way, released.datagram);
  }
}

void Simulation::enter_phase(std::size_t phase) {
  // Datagrams of the phase before go out first. The new phase's truth is then in its file before
  // any host acts by it.
  outlet_.flush();
  tell_errors();
  phase_ = phase;
  warned_of_pace_ = false;
  warned_of_errors_ = false;
  errors_before_phase_ = outlet_.errors();
  if (truth_) {
    truth_->write(truth_lines(script_, phase, options_.hosts, [this](std::uint32_t host) {
      return simulated_name(fleet_options_, host);
    }));
  }
  say(fmt::format("phase at={} {}", format_duration(script_.start_of(phase)),
                  script_.describe(phase)));
}

void Simulation::tell_errors() {
  if (outlet_.errors() == errors_before_phase_) return;
  warn_once(warned_of_errors_, fmt::format("the kernel refused datagrams: {}",
                                           system_error_text(outlet_.last_error())));
}

Instant Simulation::next_phase_start() const {
  if (phase_ + 1 == script_.phase_count()) return Instant::max();
  return start_ + script_.start_of(phase_ + 1) - skipped_;
}

Instant Simulation::wake_after(const Cycle& cycle, Instant now) const {
  const Instant next = std::min({cycle.next().deadline, held_.next(), next_phase_start(), end_});
  // It sleeps up to the next whole turn, so that all that falls due until then leaves together.
  const Duration turn = kSimulatedTurn;
  const auto turns = (next - start_ + turn - Duration{1}) / turn;
  return std::min(start_ + turns * turn, now + kSimulatedSleep);
}

void Simulation::warn_once(bool& has_warned, std::string_view text) {
  if (std::exchange(has_warned, true)) return;
  fmt::print(stderr, "flatline-sim: {}\n", text);
}

void Simulation::say_counts(std::string_view beginning) const {
  say(
      fmt::format("{} sent={} send_errors={} lost={} duplicated={} held_back={} not_held={} "
                  "late={} skipped={} worst={}",
                  beginning, outlet_.sent(), outlet_.errors(), counts_.lost, counts_.duplicated,
                  counts_.held_back, counts_.not_held, pace_.late(), pace_.skipped(),
                  format_duration(std::chrono::ceil<Milliseconds>(pace_.worst()))));
}

}  // namespace flatline::sim
