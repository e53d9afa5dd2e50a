#include "tests/simulation/world.h"

#include <fmt/core.h>

#include <functional>

#include "collector/view/slot_bytes.h"

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

/// The longest way of a datagram that nobody holds back.
constexpr std::uint32_t kJitterMs = 40;

/// So many roles do honest hosts have.
constexpr std::size_t kRoles = 3;

FleetOptions fleet_options(const WorldOptions& options) {
  FleetKey key;
  key.key_id = 1;
  key.key.fill(7);
  FleetOptions made;
  made.capacity = options.capacity;
  made.tick = options.tick;
  made.stale_after = options.stale_after;
  made.keys = {key};
  made.group_by = {LabelText{"role"}};
  return made;
}

Oracle::Promises promises(const FleetOptions& options) {
  return {options.tick, std::min(options.tick, Duration{options.min_interval}), options.stale_after,
          options.capacity};
}

}  // namespace

World::World(const WorldOptions& options)
    : options_(fleet_options(options)),
      trace_(options.trace),
      random_(options.seed, 1),
      collector_(options_, now_),
      oracle_(promises(options_), moment()) {
  every(collector_.fleet().beat_period(), [this] { beat(); });
  every(options_.tick, [this] { tick(); });
  if (options.checkpoint_period > 0s) {
    every(options.checkpoint_period, [this] {
      if (collector_condition_ == Condition::kRuns) collector_.checkpoint(now_);
    });
  }
}

void World::every(Duration period, const std::function<void()>& what) {
  after(period, [this, period, what] {
    what();
    every(period, what);
  });
}

void World::pass(Duration duration) {
  const WorldTime end = now_ + duration;
  while (!calendar_.empty() && calendar_.begin()->first <= end) {
    const auto next = calendar_.extract(calendar_.begin());
    now_ = std::max(now_, next.key());
    next.mapped()();
  }
  now_ = end;
}

void World::trace(std::string_view host, std::string_view what) const {
  if (!trace_.empty() && (host == trace_ || host.empty())) {
    fmt::print("{:9.3f} s {}: {}\n", std::chrono::duration<double>(time()).count(), host, what);
  }
}

void World::trace(const Sealed& sealed, Outcome outcome) const {
  if (trace_.empty() || agent_id_of(key().fleet, trace_) != sealed.agent) return;
  const auto seconds = [](Duration duration) {
    return std::chrono::duration<double>(duration).count();
  };
  trace(trace_,
        fmt::format("machine {}, epoch ..{:05}, sequence {}, sealed {:.3f} s ago, wall clock "
                    "{:+.1f} s, uptime {:.1f} s: {}, lag {:.3f} s",
                    sealed.machine, sealed.place.epoch % 100'000, sealed.place.sequence,
                    seconds(now_ - sealed.at), seconds(sealed.wall_error), seconds(sealed.uptime),
                    outcome_name(outcome), seconds(collector_.record(sealed.agent).lag)));
}

void World::trace_state() {
  if (trace_.empty()) return;
  const AgentId agent = agent_id_of(key().fleet, trace_);
  const auto state = state_of(agent);
  const std::string said =
      fmt::format("{}{}", state ? host_state_name(*state) : "not registered",
                  collector_.in(Plane::kConflict, agent) ? ", in conflict" : "");
  if (said != traced_state_) trace(trace_, said);
  traced_state_ = said;
}

// --- Machines and their ways --------------------------------------------------------------------

MachineOptions World::host(std::string_view name) {
  MachineOptions options;
  options.name = name;
  options.labels = fmt::format("role=r{},x=y", std::hash<std::string_view>{}(name) % kRoles);
  options.key = key();
  options.seed = random_.next();
  options.address.ip = {0, 0, 0,    0,    0,   0, 0, 0,
                        0, 0, 0xFF, 0xFF, 192, 0, 2, static_cast<std::uint8_t>(next_number())};
  options.address.port = 40'000;
  return options;
}

World::Speaker& World::add(const MachineOptions& options) {
  Machine machine(options, now_);
  machine.set_number(next_number());
  return add(std::move(machine));
}

World::Speaker& World::add(Machine machine) {
  Speaker& speaker = *speakers_.emplace_back(std::make_unique<Speaker>(std::move(machine)));
  oracle_.meet(speaker.machine.agent(), speaker.machine.name().view(), speaker.machine.number());
  speaker.way = [this](const SealedPtr& sealed) {
    after(Milliseconds{random_.below(kJitterMs)}, [this, sealed] { arrive(sealed); });
  };
  const Milliseconds interval = speaker.machine.interval();
  after(Milliseconds{random_.below(static_cast<std::uint32_t>(interval.count()))},
        [this, &speaker] { speak(speaker); });
  return speaker;
}

void World::speak(Speaker& speaker) {
  if (!speaker.alive) return;
  after(speaker.machine.interval(), [this, &speaker] { speak(speaker); });
  if (speaker.away == 0) speaker.way(speaker.machine.say(now_));
}

void World::arrive(const SealedPtr& sealed) {
  hear({.sealed = sealed, .from = sealed->from});
}

void World::arrive_forged(const Datagram& bytes, const Address& from, std::size_t size) {
  hear({nullptr, bytes, size, from});
}

void World::hear(const Arrived& arrived) {
  if (collector_condition_ == Condition::kIsGone) return;
  if (collector_condition_ == Condition::kStands) {
    waiting_.push_back(arrived);
    return;
  }
  const WorldMoment here = moment();
  if (arrived.sealed != nullptr) {
    const Outcome outcome =
        collector_.fleet().accept(arrived.sealed->bytes, arrived.from, here.clocks);
    trace(*arrived.sealed, outcome);
    oracle_.heard(here, *arrived.sealed, outcome);
  } else {
    const ReceivedDatagram received{std::span(arrived.bytes).first(arrived.size), arrived.from};
    oracle_.heard_forged(here, 1, collector_.fleet().accept_all({&received, 1}, here.clocks));
  }
}

// --- The collector ------------------------------------------------------------------------------

void World::beat() {
  if (collector_condition_ != Condition::kRuns) return;
  const WorldMoment here = moment();
  collector_.fleet().beat(here.clocks.now);
  oracle_.wake(here);
}

void World::tick() {
  if (collector_condition_ != Condition::kRuns) return;
  const View& view = collector_.tick(now_);
  trace_state();
  oracle_.ticked(moment(), view, collector_.table());
}

void World::pause_collector(Duration duration) {
  if (collector_condition_ != Condition::kRuns) return;
  collector_condition_ = Condition::kStands;
  trace("", "the collector is paused");
  after(duration, [this] { wake_up(); });
}

void World::wake_up() {
  collector_condition_ = Condition::kRuns;
  const std::vector<Arrived> waited = std::move(waiting_);
  waiting_.clear();
  for (const Arrived& arrived : waited) hear(arrived);
}

void World::kill_collector(Duration duration) {
  if (collector_condition_ != Condition::kRuns) return;
  collector_condition_ = Condition::kIsGone;
  trace("", "the collector is killed");
  after(duration, [this] {
    collector_condition_ = Condition::kRuns;
    const std::vector<RestoredHost> hosts = collector_.restart(now_);
    oracle_.restarted(moment(), hosts);
  });
}

void World::stop_collector(Duration duration) {
  if (collector_condition_ != Condition::kRuns) return;
  collector_.checkpoint(now_);
  kill_collector(duration);
}

std::optional<HostState> World::state_of(AgentId agent) const {
  const auto slot = collector_.table().find(agent);
  if (!slot || !collector_.in(Plane::kRegistered, agent)) return std::nullopt;
  return host_state_of(slot_byte(collector_.view(), *slot));
}

// --- What operators do --------------------------------------------------------------------------

void World::reset(AgentId agent) {
  if (collector_condition_ != Condition::kRuns) return;
  const bool done =
      collector_.fleet().reset(agent, moment().clocks.wall).result == ActionResult::kDone;
  if (done) oracle_.reset(agent);
  collector_.store();
}

void World::forget(AgentId agent) {
  if (collector_condition_ != Condition::kRuns) return;
  if (collector_.fleet().forget(agent).result == ActionResult::kDone) oracle_.forgot(agent);
  collector_.store();
}

void World::admit(AgentId agent) {
  if (collector_condition_ != Condition::kRuns) return;
  if (collector_.fleet().admit(agent).result == ActionResult::kDone) oracle_.admitted(agent);
  collector_.store();
}

void World::expect(AgentId agent, const HostName& name) {
  if (collector_condition_ != Condition::kRuns) return;
  const auto effect = collector_.fleet().expect(agent, name, moment().clocks.wall);
  if (effect.result == ActionResult::kDone) oracle_.expected(agent);
  collector_.store();
}

void World::revoke(AgentId agent, const HostName& name, bool is_revoked) {
  if (collector_condition_ != Condition::kRuns) return;
  const auto effect = collector_.fleet().revoke(agent, name, is_revoked ? 1 : 0);
  if (effect.result == ActionResult::kDone) oracle_.revoked(agent, is_revoked);
  collector_.store();
}

void World::drain(AgentId agent, Duration duration) {
  if (collector_condition_ != Condition::kRuns) return;
  const WallTime until = moment().clocks.wall + std::chrono::floor<Milliseconds>(duration);
  const auto effect = collector_.fleet().drain(agent, until);
  if (effect.result == ActionResult::kDone) oracle_.drained(agent, until);
  collector_.store();
}

}  // namespace flatline::simulation
