// What an oracle holds against a collector at each datagram, and what it then believes.

#include "tests/simulation/oracle.h"

#include <fmt/core.h>

#include <algorithm>

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

/// Lag leaks 0.05 % of the time that passes.
constexpr std::int64_t kLeak = 2000;
/// Two crystals of 100 parts in a million each: what a host's uptime and our clock may drift apart.
constexpr std::int64_t kCrystals = 5000;
/// Clocks agree that are no further apart.
constexpr Milliseconds kAgree = 5min;
/// What arrives within this is prompt: jitter, for which windows allow.
constexpr Duration kPrompt = 250ms;

bool agree(WallTime ours, WallTime theirs) {
  return ours - theirs <= kAgree && theirs - ours <= kAgree;
}

/// A slot moves between groups once in a minute, whoever is in it.
constexpr Duration kGrouped = 61s;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Oracle::meet(AgentId agent, std::string_view name, std::uint32_t machine) {
  Belief& host = hosts_[agent];
  host.name = name;
  if (std::ranges::find(host.machines, machine) == host.machines.end()) {
    host.machines.push_back(machine);
  }
}

// --- Time ---------------------------------------------------------------------------------------

/// A gap is a pause if it is longer than half of the shorter of tick and min_interval; it moves
/// every deadline by its length less a quarter of that.
void Oracle::wake(const WorldMoment& here) {
  const Duration gap = here.clocks.now - last_.clocks.now;
  if (gap > promises_.shortest / 2) paused_ += gap - promises_.shortest / 4;
  missed_ += here.now - last_.now - std::min(gap, here.clocks.raw - last_.clocks.raw);
  last_ = here;
}

Instant Oracle::fleet_time() const {
  return last_.clocks.now - paused_;
}

Duration Oracle::window(const Belief& host) const {
  const Milliseconds interval = host.shown ? host.shown->interval : host.interval;
  return Duration{interval} * (2 * promises_.stale_after + 1) / 2;
}

// --- What was heard -----------------------------------------------------------------------------

void Oracle::heard(const WorldMoment& here, const Sealed& sealed, Outcome outcome) {
  wake(here);
  ++outcomes_[static_cast<std::size_t>(outcome)];
  Belief& host = hosts_[sealed.agent];
  host.honest = host.honest && sealed.honest;
  const bool newer = is_newer(host, sealed);
  hold_order(host, sealed, outcome);
  hold_presence(host, sealed, outcome);
  const bool prompt = here.now - sealed.at <= kPrompt;
  if (!prompt || !newer) {
    host.disturbed_until = fleet_time() + std::max(2 * promises_.tick, Duration{sealed.interval});
  }
  if (outcome == Outcome::kStale && !newer && host.registered) take_refused(host, sealed, prompt);
  if (outcome == Outcome::kOverBudget) return;
  std::uint64_t& spoken = host.spoken[sealed.place.epoch];
  spoken = std::max(spoken, sealed.place.sequence);
  if (outcome == Outcome::kAccepted || outcome == Outcome::kLate) {
    take(host, sealed, outcome == Outcome::kAccepted);
  }
}

void Oracle::heard_forged(const WorldMoment& here, std::size_t count, std::size_t accepted) {
  wake(here);
  forged_ += count;
  if (accepted > 0) complain("somebody", "what nobody sealed was accepted");
}

/// Epoch 0 is nobody's.
bool Oracle::is_newer(const Belief& host, const Sealed& sealed) {
  return sealed.place.epoch != 0 && (!host.newest || sealed.place > *host.newest);
}

/// A snapshot counts only if its (epoch, sequence) is above the last that counted, and only if its
/// send time is near where no such pair is known.
void Oracle::hold_order(const Belief& host, const Sealed& sealed, Outcome outcome) {
  const bool newer = is_newer(host, sealed);
  if (outcome == Outcome::kStale && newer) complain(host.name, "a newer snapshot is stale");
  if (outcome == Outcome::kBadTag && sealed.place.epoch != 0)
    complain(host.name, "a genuine snapshot has a bad tag");
  if (outcome == Outcome::kMalformed && host.honest) complain(host.name, "malformed");
  if (outcome != Outcome::kAccepted && outcome != Outcome::kLate) return;
  if (!newer) complain(host.name, "an older snapshot counts");
  if (host.tombstoned || host.revoked) complain(host.name, "a banned host's snapshot counts");
  if (!host.newest && !agree(last_.clocks.wall, sealed.sent_at)) {
    complain(host.name, "counts as a first contact, though its send time is far off");
  }
}

/// Who speaks promptly with a sound clock is heard, whatever others do. Two things are sound: an
/// uptime that went as true time does, and a wall clock that was not set back.
void Oracle::hold_presence(const Belief& host, const Sealed& sealed, Outcome outcome) {
  if (!is_newer(host, sealed) || !host.honest || host.tombstoned || host.revoked ||
      host.machines.size() != 1 || last_.now - sealed.at > kPrompt ||
      fleet_time() < host.disturbed_until) {
    return;
  }
  const bool first_contact = !host.newest || !host.registered;
  if (first_contact && (!agree(last_.clocks.wall, sealed.sent_at) || is_full())) return;
  if (first_contact && outcome == Outcome::kOverBudget) return;
  if (outcome == Outcome::kAccepted || (outcome == Outcome::kLate && may_lag(host, sealed))) return;
  complain(host.name, fmt::format("speaks in time and is {}", outcome_name(outcome)));
}

/// Whether uptime goes on as true time does. Where it goes on faster than arrivals do, because
/// delay fell, the first of an epoch looks like another boot's.
bool Oracle::goes_on_truly(const Run& run, const Sealed& sealed) const {
  const Duration caught_up = run.last_delay - (last_.now - sealed.at);
  const bool is_first = sealed.place.epoch != run.last.place.epoch;
  return sealed.uptime_run == run.last.uptime_run && sealed.stood_still == run.last.stood_still &&
         !(is_first && caught_up > Duration{sealed.interval} / 4);
}

bool Oracle::may_lag(const Belief& host, const Sealed& sealed) const {
  if (!host.run) return false;
  if (!host.registered || host.awaited) return true;
  const Run& run = *host.run;
  // The collector knows another boot by an uptime that fell.
  const bool fell = sealed.uptime < run.last.uptime && sealed.place.epoch != run.last.place.epoch;
  if (fell && begins_anew(run, sealed)) return false;
  const bool uptime_is_true = run.uptime_is_true && goes_on_truly(run, sealed);
  return !uptime_is_true && run.highest_wall_error - sealed.wall_error > window(host) / 4;
}

/// Over a reboot lag goes on by send time if the host's clock agreed with ours before and after;
/// else it begins anew. It may do so, too, where the uptime of another boot, or of another machine,
/// cannot be told from this one's: it did not fall, and what it grew by says nothing of delay.
bool Oracle::begins_anew(const Run& run, const Sealed& sealed) const {
  if (sealed.machine != run.last.machine) return true;
  if (sealed.uptime_run == run.last.uptime_run) return false;
  return sealed.uptime >= run.last.uptime || sealed.place.epoch == run.last.place.epoch ||
         !(agree(run.last_at, run.last.sent_at) && agree(last_.clocks.wall, sealed.sent_at));
}

void Oracle::take(Belief& host, const Sealed& sealed, bool in_time) {
  if (!host.registered && sealed.leaving) return;
  if (!host.registered) host.grouped_from = fleet_time() + kGrouped;
  const Run before =
      host.run.value_or(Run{.last = sealed, .highest_wall_error = sealed.wall_error});
  Run run = before;
  run.last = sealed;
  run.last_at = last_.clocks.wall;
  run.last_delay = last_.now - sealed.at;
  run.uptime_is_true &= !host.run || goes_on_truly(before, sealed);
  run.highest_wall_error = std::max(run.highest_wall_error, sealed.wall_error);
  run.stepped_forward += std::max(sealed.wall_error - before.last.wall_error, Duration{0});
  // Who left is a first contact again, unless its slot still remembers it: then lag may go on.
  const bool was_away = !host.registered || host.awaited;
  const bool comes_back = was_away && in_time && agree(last_.clocks.wall, sealed.sent_at);
  if (!host.run || comes_back || begins_anew(before, sealed)) {
    run.began = last_.now;
    run.first_delay = run.last_delay;
    run.missed = missed_;
    run.stepped_forward = Duration{0};
  }
  host.run = run;
  if (host.newest && host.newest->epoch != sealed.place.epoch) {
    host.older.push_back({fleet_time(), host.newest->epoch, false, false});
  }
  host.newest = sealed.place;
  host.shown = sealed;
  host.registered = true;
  host.is_grouped |= fleet_time() >= host.grouped_from;
  host.awaited = false;
  if (sealed.leaving) leave(host);
  if (!in_time || sealed.leaving) return;
  hold_delay(host, sealed);
  host.reports_until = fleet_time() + window(host);
}

/// Its order stays known, and lag may go on when it comes back.
void Oracle::leave(Belief& host) {
  host.registered = false;
  host.is_grouped = false;
  host.awaited = false;
  host.shown.reset();
  host.reports_until = fleet_time();
  host.drained_until = WallTime{};
  for (Older& one : host.older) one.goes_on = false;
  host.refused_at.reset();
}

/// What counts as heard was held back for a window at the most, which jitter needs, and for so much
/// longer as lag leaks, as clocks were moved since lag began, and as the first one had waited. With
/// the window of silence that follows, that is the promise of CONTRACT.md, "Late".
void Oracle::hold_delay(const Belief& host, const Sealed& sealed) {
  if (!host.honest) return;
  const Run& run = *host.run;
  const Duration passed = last_.now - run.began;
  const Duration most = window(host) + run.first_delay + passed / kLeak + passed / kCrystals +
                        run.stepped_forward + (missed_ - run.missed) + kRounding;
  const Duration waited = last_.now - sealed.at;
  if (waited <= most) return;
  complain(host.name, "counts as heard though it was held back",
           fmt::format(" for {:.1f} s; allowed are {:.1f}", seconds(waited), seconds(most)));
}

/// What an older epoch says is a sign of another machine; what the newest one repeats, of a machine
/// that was put back.
void Oracle::take_refused(Belief& host, const Sealed& sealed, bool prompt) {
  const bool fresh = agree(last_.clocks.wall, sealed.sent_at);
  if (sealed.place.epoch < host.newest->epoch) {
    const bool goes_on = fresh && sealed.place.sequence > host.spoken[sealed.place.epoch];
    host.older.push_back({fleet_time(), sealed.place.epoch, true, goes_on});
  }
  if (fresh && prompt && fleet_time() > host.reports_until) host.refused_at = fleet_time();
}

// --- Operators and restarts ---------------------------------------------------------------------

/// A host keeps its last verdict for one window, and its order as the checkpoint has it. Lag is not
/// kept: over a restart, how long a host was held back is not promised.
void Oracle::restarted(const WorldMoment& here, std::span<const RestoredHost> hosts) {
  last_ = here;
  outcomes_ = {};
  forged_ = 0;
  for (auto& [agent, host] : hosts_) {
    const auto restored = std::ranges::find(hosts, agent, &RestoredHost::agent_id);
    Belief fresh;
    fresh.name = host.name;
    fresh.machines = host.machines;
    fresh.tombstoned = host.tombstoned;
    fresh.revoked = host.revoked;
    fresh.honest = host.honest;
    if (restored != hosts.end()) {
      fresh.registered = true;
      fresh.drained_until = restored->drained_until;
      fresh.interval = restored->interval;
      fresh.reports_until = fleet_time() + window(fresh);
      if (restored->last.epoch != 0) {
        fresh.newest = Place{restored->last.epoch, restored->last.sequence};
        fresh.spoken[restored->last.epoch] = restored->last.sequence;
      }
      fresh.awaited = restored->awaited && restored->last.epoch == 0;
    }
    host = std::move(fresh);
  }
}

void Oracle::reset(AgentId agent) {
  Belief& host = hosts_[agent];
  host.newest.reset();
  host.run.reset();
  host.shown.reset();
  host.spoken.clear();
  host.older.clear();
  host.refused_at.reset();
}

void Oracle::forgot(AgentId agent) {
  Belief& host = hosts_[agent];
  host.tombstoned = !host.awaited;
  leave(host);
}

void Oracle::admitted(AgentId agent) {
  hosts_[agent].tombstoned = false;
}

void Oracle::expected(AgentId agent) {
  Belief& host = hosts_[agent];
  host.tombstoned = false;
  if (host.registered) return;
  host.registered = true;
  host.grouped_from = fleet_time() + kGrouped;
  host.awaited = true;
  host.interval = kDefaultInterval;
}

void Oracle::drained(AgentId agent, WallTime until) {
  hosts_[agent].drained_until = until;
}

void Oracle::revoked(AgentId agent, bool is_revoked) {
  hosts_[agent].revoked = is_revoked;
}

bool Oracle::is_full() const {
  const auto registered =
      std::ranges::count_if(hosts_, [](const auto& entry) { return entry.second.registered; });
  return registered >= promises_.capacity;
}

void Oracle::complain(const std::string& who, std::string_view what, const std::string& detail) {
  if (!told_.insert(fmt::format("{}: {}", who, what)).second) return;
  complaints_.push_back(
      fmt::format("{:.3f} s, {}: {}{}", seconds(last_.now.time_since_epoch()), who, what, detail));
}

}  // namespace flatline::simulation
