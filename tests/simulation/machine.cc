#include "tests/simulation/machine.h"

namespace flatline::simulation {
namespace {

/// Of an epoch that begins while an agent runs. Nobody in this world guesses them.
std::uint32_t some_bits() {
  return 0x155555;
}

}  // namespace

Machine::Machine(const MachineOptions& options, WorldTime now)
    : credential_(make_credential(options.key, options.name, 0)),
      address_(options.address),
      uptime_(Duration{0}, options.crystal_ppm),
      random_(options.seed),
      epochs_(1, WallTime{}, Milliseconds{0}, some_bits) {
  snapshot_.name = HostName{options.name};
  snapshot_.labels = Labels{options.labels};
  snapshot_.states[0] = CheckState::kOk;
  snapshot_.config_hash = 1;
  snapshot_.interval = options.interval;
  snapshot_.page = {0, CheckState::kOk, 10, CheckName{"load"}, Message{"fine"}};
  wall_.set(now, right(now) + options.wall_error);
  begin_uptime(now, std::chrono::minutes{random_.below(600)});
  begin_epoch(now);
}

SealedPtr Machine::say(WorldTime now) {
  if (epochs_.take_turn(wall(now), uptime(now)) == Epochs::Turn::kStore) {
    stored_epoch_ = epochs_.wanted();
    epochs_.take_stored(stored_epoch_);
  }
  if (place_.epoch != epochs_.epoch()) place_ = {epochs_.epoch(), 0};
  ++place_.sequence;
  auto sealed = std::make_shared<Sealed>(truth(now));
  Snapshot snapshot = snapshot_;
  snapshot.sent_at = sealed->sent_at;
  snapshot.uptime = sealed->uptime;
  snapshot.page.state = snapshot.states[0];
  seal_datagram({credential_.key_id, credential_.generation, credential_.agent_id, place_.epoch,
                 place_.sequence},
                snapshot, credential_.key, sealed->bytes);
  return sealed;
}

SealedPtr Machine::lie(WorldTime now, const Place& place, const Snapshot& snapshot) const {
  auto sealed = std::make_shared<Sealed>(truth(now));
  sealed->place = place;
  sealed->interval = snapshot.interval;
  sealed->sent_at = snapshot.sent_at;
  sealed->uptime = snapshot.uptime;
  sealed->leaving = snapshot.leaving;
  sealed->healthy = snapshot.states[0] != CheckState::kCritical;
  sealed->honest = false;
  seal_datagram({credential_.key_id, credential_.generation, credential_.agent_id, place.epoch,
                 place.sequence},
                snapshot, credential_.key, sealed->bytes);
  return sealed;
}

Sealed Machine::truth(WorldTime now) const {
  Sealed sealed;
  sealed.from = address_;
  sealed.agent = credential_.agent_id;
  sealed.place = place_;
  sealed.interval = snapshot_.interval;
  sealed.sent_at = wall(now);
  sealed.healthy = snapshot_.states[0] != CheckState::kCritical;
  sealed.leaving = snapshot_.leaving;
  sealed.labels = snapshot_.labels;
  sealed.at = now;
  sealed.wall_error = wall_error(now);
  sealed.uptime = uptime(now);
  sealed.uptime_run = uptime_run_;
  sealed.stood_still = stood_still_;
  sealed.machine = number_;
  return sealed;
}

void Machine::restart_agent(WorldTime now) {
  snapshot_.leaving = false;
  begin_epoch(now);
}

void Machine::reboot(WorldTime now) {
  begin_uptime(now, Duration{0});
  restart_agent(now);
}

void Machine::pause(WorldTime now) {
  uptime_.stop(now);
  wall_.stop(now);
  paused_at_ = now;
}

void Machine::go_on(WorldTime now, bool clock_put_right) {
  uptime_.go_on(now);
  wall_.go_on(now);
  stood_still_ += now - paused_at_;
  if (clock_put_right) put_wall_right(now);
}

Machine Machine::picture(WorldTime now) const {
  Machine picture = *this;
  picture.pause(now);
  return picture;
}

void Machine::put_back(WorldTime now, const Machine& picture, bool clock_put_right) {
  const std::uint64_t run = uptime_run_;
  const sim::Random random = random_;
  *this = picture;
  random_ = random;
  uptime_run_ = run;
  wall_.go_on(now);
  uptime_.go_on(now);
  begin_uptime(now, uptime_.read(now));
  if (clock_put_right) put_wall_right(now);
}

void Machine::be_a_clone(WorldTime now, std::uint32_t number, const Address& address) {
  number_ = number;
  address_ = address;
  random_ = sim::Random(random_.next(), number);
  uptime_run_ = std::uint64_t{number} << 32;
  reboot(now);
}

void Machine::begin_uptime(WorldTime now, Duration shows) {
  ++uptime_run_;
  stood_still_ = Duration{0};
  uptime_.set(now, shows);
}

/// An agent starts. Where the stored epoch has no successor it would not; none gets there.
void Machine::begin_epoch(WorldTime now) {
  const auto bits = static_cast<std::uint32_t>(random_.next()) & ((1U << kEpochRandomBits) - 1);
  stored_epoch_ = next_epoch(wall(now), stored_epoch_, bits).value();
  place_ = {stored_epoch_, 0};
  epochs_ = Epochs(stored_epoch_, wall(now), uptime(now), some_bits);
}

}  // namespace flatline::simulation
