#include "tests/simulation/fates.h"

#include <array>

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

/// The fastest that chrony and the kernel slew a clock, in parts in a million.
constexpr std::uint32_t kFastestSlew = 83'000;

}  // namespace

Duration Fates::some_time(Duration least, Duration most) {
  return least + std::chrono::duration_cast<Duration>((most - least) * random_.fraction());
}

Duration Fates::some_step() {
  constexpr std::array<Duration, 6> kSteps = {300ms, 3s, 20s, 200s, 1h, 24h * 365};
  const Duration step = kSteps[random_.below(kSteps.size())];
  return random_.below(2) == 0 ? step : -step;
}

// --- Machines -----------------------------------------------------------------------------------

void Fates::befall(World::Speaker& speaker, std::uint32_t mask) {
  world_.after(some_time(2s, 90s), [this, &speaker, mask] {
    const std::uint32_t first = random_.below(kFates);
    for (std::uint32_t i = 0; i < kFates && speaker.away == 0; ++i) {
      const auto fate = static_cast<Fate>((first + i) % kFates);
      if ((mask & fate_bit(fate)) == 0) continue;
      befall_once(speaker, fate);
      break;
    }
    befall(speaker, mask);
  });
}

void Fates::befall_once(World::Speaker& speaker, Fate fate) {
  constexpr std::array kWords = {"turns",       "restarts", "reboots",   "is paused",
                                 "is put back", "is set",   "is slewed", "forgets",
                                 "moves",       "leaves",   "is cloned", "dies"};
  static_assert(kWords.size() == kFates);
  Machine& machine = speaker.machine;
  world_.trace(machine.name().view(), kWords[static_cast<std::size_t>(fate)]);
  switch (fate) {
    case Fate::kTurns:
      return machine.turn(random_.below(2) == 0);
    case Fate::kRestarts:
      return machine.restart_agent(world_.now());
    case Fate::kReboots:
      return stay_away(speaker, some_time(0s, 30s),
                       [this, &machine] { machine.reboot(world_.now()); });
    case Fate::kPauses:
      return pause(speaker);
    case Fate::kIsPutBack:
      return put_back(speaker);
    case Fate::kIsSet:
      // Whoever sets a clock may start agents, too.
      if (random_.below(4) == 0) machine.restart_agent(world_.now());
      if (random_.below(2) == 0) return machine.put_wall_right(world_.now());
      return machine.step_wall(world_.now(), some_step());
    case Fate::kIsSlewed:
      return slew(speaker);
    case Fate::kForgets:
      machine.lose_state_folder();
      return machine.restart_agent(world_.now());
    case Fate::kMoves: {
      Address address = machine.address();
      address.ip[14] = static_cast<std::uint8_t>(random_.below(256));
      return machine.move_to(address);
    }
    case Fate::kLeaves:
      return leave(speaker);
    case Fate::kIsCloned:
      return clone(speaker);
    case Fate::kDies:
      return stay_away(speaker, some_time(1s, 200s),
                       [this, &machine] { machine.reboot(world_.now()); });
  }
}

void Fates::stay_away(World::Speaker& speaker, Duration duration, std::function<void()> then) {
  ++speaker.away;
  world_.after(duration, [&speaker, then = std::move(then)] {
    then();
    --speaker.away;
  });
}

void Fates::pause(World::Speaker& speaker) {
  speaker.machine.pause(world_.now());
  const bool put_right = random_.below(3) != 0;
  stay_away(speaker, some_time(1s, 90s),
            [this, &speaker, put_right] { speaker.machine.go_on(world_.now(), put_right); });
}

void Fates::put_back(World::Speaker& speaker) {
  const auto picture = std::make_shared<Machine>(speaker.machine.picture(world_.now()));
  const bool put_right = random_.below(3) != 0;
  world_.after(some_time(3s, 100s), [this, &speaker, picture, put_right] {
    if (speaker.away > 0) return;
    speaker.machine.put_back(world_.now(), *picture, put_right);
  });
}

void Fates::slew(World::Speaker& speaker) {
  const auto ppm = static_cast<std::int64_t>(random_.below(2 * kFastestSlew)) - kFastestSlew;
  speaker.machine.slew_wall(world_.now(), ppm);
  world_.after(some_time(10s, 300s),
               [this, &speaker] { speaker.machine.slew_wall(world_.now(), 0); });
}

void Fates::leave(World::Speaker& speaker) {
  speaker.machine.leave();
  world_.after(Duration{speaker.machine.interval()} * kLeaveIntervals, [this, &speaker] {
    stay_away(speaker, some_time(1s, 60s),
              [this, &speaker] { speaker.machine.restart_agent(world_.now()); });
  });
}

void Fates::clone(World::Speaker& speaker) {
  Machine copy = speaker.machine;
  Address address = copy.address();
  address.ip[13] = 3;
  // The copy of a running machine keeps its epoch; a copy of its disk boots.
  if (random_.below(4) == 0) {
    copy.set_number(world_.next_number());
    copy.move_to(address);
  } else {
    copy.be_a_clone(world_.now(), world_.next_number(), address);
  }
  World::Speaker& other = world_.add(std::move(copy));
  world_.after(some_time(2s, 60s), [&other] { other.alive = false; });
  if (random_.below(2) == 0) befall(other, fate_bit(Fate::kRestarts));
  if (random_.below(2) == 0) befall(speaker, fate_bit(Fate::kRestarts));
}

void Fates::autoscale(const std::function<void(World::Speaker&)>& meet) {
  World::Speaker& speaker = world_.add(world_.host("auto-" + std::to_string(autoscaled_++)));
  meet(speaker);
  world_.after(some_time(2s, 8s), [this, &speaker] {
    speaker.machine.leave();
    world_.after(Duration{speaker.machine.interval()} * kLeaveIntervals,
                 [&speaker] { speaker.alive = false; });
  });
  world_.after(some_time(200ms, 3s), [this, meet] { autoscale(meet); });
}

// --- The collector and its operators ------------------------------------------------------------

void Fates::befall_collector() {
  world_.after(some_time(2s, 60s), [this] {
    Collector& collector = world_.collector();
    const WorldTime now = world_.now();
    const auto ppm = static_cast<std::int64_t>(random_.below(2 * kFastestSlew)) - kFastestSlew;
    switch (random_.below(8)) {
      case 0:
      case 1:
        collector.monotonic.set_rate(now, ppm);
        break;
      case 2:
        collector.monotonic.set_rate(now, 0);
        break;
      case 3:
        collector.wall.set(now, collector.wall.read(now) + some_step());
        break;
      case 4:
        collector.wall.set(now, right_wall(now).time_since_epoch());
        break;
      case 5:
        world_.pause_collector(some_time(100ms, 60s));
        break;
      case 6:
        world_.kill_collector(some_time(100ms, 20s));
        break;
      default:
        world_.stop_collector(some_time(100ms, 20s));
    }
    befall_collector();
  });
}

void Fates::operate(std::vector<World::Speaker*> hosts) {
  world_.after(some_time(1s, 60s), [this, hosts = std::move(hosts)] {
    const Machine& machine =
        hosts[random_.below(static_cast<std::uint32_t>(hosts.size()))]->machine;
    const AgentId agent = machine.agent();
    const HostName name = machine.name();
    switch (random_.below(5)) {
      case 0:
        world_.trace(name.view(), "is reset");
        world_.reset(agent);
        break;
      case 1:
        world_.forget(agent);
        world_.after(some_time(1s, 30s), [this, agent] { world_.admit(agent); });
        break;
      case 2:
        world_.expect(agent, name);
        break;
      case 3:
        world_.drain(agent, some_time(1s, 60s));
        break;
      default:
        world_.revoke(agent, name, true);
        world_.after(some_time(1s, 30s),
                     [this, agent, name] { world_.revoke(agent, name, false); });
    }
    operate(hosts);
  });
}

}  // namespace flatline::simulation
