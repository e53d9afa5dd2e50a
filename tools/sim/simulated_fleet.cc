#include "tools/sim/simulated_fleet.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/core/schedule.h"
#include "schema/invariant.h"
#include "schema/program/error.h"
#include "schema/program/version.h"
#include "tools/sim/random.h"

namespace flatline::sim {
namespace {

constexpr std::array<std::string_view, 8> kCheckNames = {"load", "memory",  "disk",     "process",
                                                         "tcp",  "systemd", "file_age", "exec"};

/// Streams of Random: each thing that is drawn has its own, so that no draw moves another.
constexpr std::uint64_t kSkewStream = 3;
constexpr std::uint64_t kUptimeStream = 4;
constexpr std::uint64_t kValueStream = 5;

/// A simulated machine was started up to a month (in minutes) ago.
constexpr std::uint32_t kUptimeMinutes = 30 * 24 * 60;

/// The result of a check in a state. All are made once, because a fleet has no time for it in its
/// turns.
const CheckResult& result_for(CheckState state) {
  static const std::array<CheckResult, 3> kResults = {
      CheckResult{CheckState::kOk, kNoValue, Message{"within its limits (simulated)"}},
      CheckResult{CheckState::kWarning, kNoValue, Message{"near its limit (simulated)"}},
      CheckResult{CheckState::kCritical, kNoValue, Message{"over its limit (simulated)"}}};
  return kResults[static_cast<std::size_t>(state) - 1];
}

/// The state of the one check that shows what its host does; the host's other checks are OK.
CheckState told_state(Verb verb, std::uint64_t interval) {
  switch (verb) {
    case Verb::kFail:
      return CheckState::kCritical;
    case Verb::kWarn:
      return CheckState::kWarning;
    case Verb::kFlap:
      return interval % 2 == 0 ? CheckState::kCritical : CheckState::kOk;
    default:
      return CheckState::kOk;
  }
}

/// The uptime of a machine, in whole milliseconds as clocks tell it.
Milliseconds uptime_of(Instant booted, const Moment& moment) {
  return std::chrono::floor<Milliseconds>(moment.raw - booted);
}

}  // namespace

std::string simulated_name(const FleetOptions& options, std::uint32_t host) {
  const std::size_t digits = std::max(kSimulatedNameDigits, std::to_string(options.hosts).size());
  return fmt::format("{}{:0{}}", options.name_prefix, host + 1, digits);
}

std::vector<std::string> simulated_checks(std::uint32_t count) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) {
    names.push_back(i < kCheckNames.size() ? std::string{kCheckNames[i]}
                                           : fmt::format("check-{:02}", i + 1));
  }
  return names;
}

SimulatedFleet::SimulatedFleet(const FleetOptions& options, const Script& script,
                               const HostLabels& labels)
    : options_(options),
      script_(script),
      labels_(labels),
      checks_(simulated_checks(options.checks)) {
  INVARIANT(options.hosts >= 1);
  INVARIANT(options.clones <= options.hosts);
  INVARIANT(options.checks >= 1);
  INVARIANT(options.checks <= kChecks);
  // The order is made before the senders, so that each is made in its place.
  std::vector<std::pair<Duration, std::uint32_t>> order;
  order.reserve(options.hosts + options.clones);
  for (std::uint32_t host = 0; host < options.hosts; ++host) {
    const AgentId agent = agent_id_of(options.key.fleet, simulated_name(options, host));
    const Duration phase = phase_of(agent, options.interval);
    order.emplace_back(phase, host);
    if (host >= options.clones) continue;
    order.emplace_back((phase + options.interval / 2) % Duration{options.interval},
                       options.hosts + host);
  }
  std::sort(order.begin(), order.end());
  senders_.reserve(order.size());
  phases_.reserve(order.size());
  for (const auto& [phase, number] : order) {
    const bool is_clone = number >= options.hosts;
    senders_.push_back(make_sender(is_clone ? number - options.hosts : number, is_clone));
    phases_.push_back(phase);
  }
}

SimulatedFleet::Sender SimulatedFleet::make_sender(std::uint32_t host, bool is_clone) const {
  // The machine was started some time ago, each at its own.
  Random random(options_.seed, kUptimeStream, host);
  const Credential credential =
      make_credential(options_.key, simulated_name(options_, host), /*generation=*/0);
  return {.reporter = make_reporter(host, Instant{}),
          .header = {.key_id = credential.key_id,
                     .credential_generation = credential.generation,
                     .agent_id = credential.agent_id},
          .key = credential.key,
          .host = host,
          .is_clone = is_clone,
          .booted = Instant{-std::chrono::minutes{random.below(kUptimeMinutes)}},
          .epochs = std::nullopt,
          .picture = {}};
}

Reporter SimulatedFleet::make_reporter(std::uint32_t host, Instant start) const {
  ReporterOptions reporter;
  reporter.name = HostName{simulated_name(options_, host)};
  reporter.labels = Labels{labels_.text_of(host)};
  reporter.interval = options_.interval;
  reporter.agent_version = kVersionNumber;
  reporter.config_hash = options_.checks;
  std::vector<CheckPlan> plans;
  for (const std::string& check : checks_) {
    plans.push_back({.name = CheckName{check}, .period = options_.interval});
  }
  return {reporter, plans, start};
}

std::optional<Spoken> SimulatedFleet::speak(const Cycle::Slot& slot, std::size_t phase,
                                            const Moment& moment, Datagram& datagram) {
  Sender& sender = senders_[slot.sender];
  if (sender.is_clone && slot.interval < kCloneStartIntervals) return std::nullopt;
  const Moment here{moment.now, clock_of(sender, moment.wall), moment.raw};
  if (!sender.epochs) {
    begin_epoch(sender, here);
    sender.picture = {sender.header.epoch, here.wall, uptime_of(sender.booted, here)};
  }
  follow_script(sender, phase, here);
  if (sender.has_left || sender.is_paused) return std::nullopt;

  const Milliseconds uptime = uptime_of(sender.booted, here);
  if (sender.epochs->take_turn(here.wall, uptime) == Epochs::Turn::kStore) {
    sender.epochs->take_stored(sender.epochs->wanted());
    sender.header.epoch = sender.epochs->epoch();
    sender.header.sequence = 0;
  }
  if (sender.host < rotated_) take_next_key(sender);
  const Part part = script_.part_of(sender.host, phase);
  ++sender.header.sequence;
  if (part.verb == Verb::kSilent) return std::nullopt;
  if (std::exchange(sender.has_results, true)) run_checks(sender, part, slot.interval, here.now);
  seal_datagram(sender.header, sender.reporter.report(here.now, here.wall, uptime), sender.key,
                datagram);
  if (sender.leaving > 0 && --sender.leaving == 0) sender.has_left = true;
  return Spoken{sender.host + (sender.is_clone ? options_.hosts : 0), sender.is_clone,
                sender.header.sequence};
}

std::uint32_t SimulatedFleet::rotate(std::uint32_t hosts) {
  INVARIANT(options_.next_key.has_value());
  rotated_ += std::min(hosts, options_.hosts - rotated_);
  return rotated_;
}

/// Epoch and sequence go on, as an agent's do that is reloaded.
void SimulatedFleet::take_next_key(Sender& sender) const {
  if (sender.header.key_id == options_.next_key->key_id) return;
  const Credential credential =
      make_credential(*options_.next_key, simulated_name(options_, sender.host), /*generation=*/0);
  sender.header.key_id = credential.key_id;
  sender.key = credential.key;
}

void SimulatedFleet::follow_script(Sender& sender, std::size_t phase, const Moment& moment) {
  // A phase may be shorter than an interval, so the sender goes through each of them in turn.
  while (sender.phase != phase) {
    const Verb before = sender.phase == kBeforeFirstPhase
                            ? Verb::kHealthy
                            : script_.verb_of(sender.host, sender.phase);
    begin_verb(sender, before, script_.verb_of(sender.host, ++sender.phase), moment);
  }
}

void SimulatedFleet::begin_verb(Sender& sender, Verb before, Verb verb, const Moment& moment) {
  if (sender.is_paused && verb != Verb::kPause) {
    sender.is_paused = false;
    sender.booted += moment.raw - sender.paused;
  }
  if (verb == Verb::kReboot) sender.booted = moment.raw;
  if (verb == Verb::kRestart || verb == Verb::kReboot ||
      (before == Verb::kLeave && verb != Verb::kLeave)) {
    restart(sender, moment);
  }
  if (verb == Verb::kLeave && before != Verb::kLeave) {
    sender.reporter.leave();
    sender.leaving = kLeaveIntervals;
  }
  if (verb == Verb::kPause && !std::exchange(sender.is_paused, true)) sender.paused = moment.raw;
  if (verb == Verb::kPutBack) put_back(sender, moment);
}

void SimulatedFleet::restart(Sender& sender, const Moment& moment) const {
  sender.reporter = make_reporter(sender.host, moment.now);
  begin_epoch(sender, moment);
  sender.has_results = false;
  sender.has_left = false;
  sender.leaving = 0;
}

/// As a real agent, a simulated one refuses to start where no epoch follows.
void SimulatedFleet::begin_epoch(Sender& sender, const Moment& moment) {
  const auto epoch = next_epoch(moment.wall, sender.header.epoch, random_epoch_bits());
  if (!epoch) throw Failure("the clock is beyond the last epoch, in May 2109; set the clock");
  sender.header.epoch = *epoch;
  sender.header.sequence = 0;
  sender.epochs.emplace(*epoch, moment.wall, uptime_of(sender.booted, moment), random_epoch_bits);
}

/// The agent knows no more than it did then, and what it sent since then it will send again, unless
/// it sees that its wall clock ran ahead.
void SimulatedFleet::put_back(Sender& sender, const Moment& moment) {
  const Picture& picture = sender.picture;
  sender.booted = moment.raw - picture.uptime;
  sender.header.epoch = picture.epoch;
  sender.header.sequence = 1;
  sender.epochs.emplace(picture.epoch, picture.wall, picture.uptime, random_epoch_bits);
}

void SimulatedFleet::run_checks(Sender& sender, Part part, std::uint64_t interval,
                                Instant now) const {
  const std::uint32_t speaker =
      part.check == Part::kOwnCheck ? sender.host % options_.checks : part.check;
  Random values(options_.seed, kValueStream << 56 | sender.host, sender.header.sequence);
  for (std::uint32_t check = 0; check < options_.checks; ++check) {
    CheckResult result =
        result_for(check == speaker ? told_state(part.verb, interval) : CheckState::kOk);
    result.value = static_cast<float>(values.fraction());
    sender.reporter.take(check, result, now);
  }
}

WallTime SimulatedFleet::clock_of(const Sender& sender, WallTime wall) const {
  if (options_.skew == Milliseconds{0}) return wall;
  Random random(options_.seed, kSkewStream, sender.host);
  const double share = 2 * random.fraction() - 1;
  return wall + Milliseconds{static_cast<Milliseconds::rep>(
                    share * static_cast<double>(options_.skew.count()))};
}

}  // namespace flatline::sim
