#pragma once

// A machine of the world with an agent on it: it seals what it has to say as a real agent does, and
// all that befalls machines can befall it. Its clocks may be wrong; what it says comes with the
// truth about it, which the oracle goes by. A copy of a machine is a clone of it. Pure.

#include <cstdint>
#include <memory>
#include <string>

#include "agent/core/epochs.h"
#include "schema/program/address.h"
#include "schema/wire/datagram.h"
#include "tests/simulation/clocks.h"
#include "tools/sim/random.h"

namespace flatline::simulation {

/// Where a snapshot stands among those of its host.
struct Place {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  auto operator<=>(const Place&) const = default;
};

/// A genuine datagram, and the truth about it.
struct Sealed {
  Datagram bytes{};
  Address from;
  AgentId agent{};
  Place place;
  Milliseconds interval{0};
  WallTime sent_at{};
  Milliseconds uptime{0};
  bool healthy = true;
  bool leaving = false;
  Labels labels;

  WorldTime at{};                ///< When it was sealed.
  Duration wall_error{0};        ///< How far ahead of the right time the machine's wall clock was.
  std::uint64_t uptime_run = 0;  ///< A reboot or an earlier picture begins another one.
  Duration stood_still{0};       ///< How long the machine's uptime stood still before, in this run.
  std::uint32_t machine = 0;
  bool honest = true;  ///< It says what its machine believes. (A liar with a key may say anything.)
};
using SealedPtr = std::shared_ptr<const Sealed>;

struct MachineOptions {
  std::string name;
  std::string labels;
  FleetKey key;
  Milliseconds interval{kDefaultInterval};
  std::int64_t crystal_ppm = 0;
  Duration wall_error{0};
  Address address;
  std::uint64_t seed = 1;
};

class Machine {
 public:
  Machine(const MachineOptions& options, WorldTime now);

  /// The agent's next datagram, under the epoch that a real agent would use.
  SealedPtr say(WorldTime now);
  /// Seals whatever a liar hands in with the machine's own key.
  [[nodiscard]] SealedPtr lie(WorldTime now, const Place& place, const Snapshot& snapshot) const;

  [[nodiscard]] AgentId agent() const { return credential_.agent_id; }
  [[nodiscard]] const HostName& name() const { return snapshot_.name; }
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] Milliseconds interval() const { return snapshot_.interval; }
  [[nodiscard]] const Address& address() const { return address_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] WallTime wall(WorldTime now) const {
    return WallTime{std::chrono::floor<Milliseconds>(wall_.read(now))};
  }
  [[nodiscard]] Milliseconds uptime(WorldTime now) const {
    return std::chrono::floor<Milliseconds>(uptime_.read(now));
  }
  [[nodiscard]] Duration wall_error(WorldTime now) const { return wall_.read(now) - right(now); }

  // --- What may befall it -----------------------------------------------------------------------

  void turn(bool healthy) {
    snapshot_.states[0] = healthy ? CheckState::kOk : CheckState::kCritical;
  }
  void move_to(const Address& address) { address_ = address; }
  void leave() { snapshot_.leaving = true; }
  void restart_agent(WorldTime now);
  void reboot(WorldTime now);
  /// The machine stands still, and its clocks with it.
  void pause(WorldTime now);
  void go_on(WorldTime now, bool clock_put_right);
  /// A picture of the machine as it is now, to be put back later.
  [[nodiscard]] Machine picture(WorldTime now) const;
  /// It becomes again what `picture` shows, and goes on from there.
  void put_back(WorldTime now, const Machine& picture, bool clock_put_right);
  /// It is a copy now, which is a machine of its own: it boots.
  void be_a_clone(WorldTime now, std::uint32_t number, const Address& address);
  void step_wall(WorldTime now, Duration by) { wall_.set(now, wall_.read(now) + by); }
  void slew_wall(WorldTime now, std::int64_t ppm) { wall_.set_rate(now, ppm); }
  void put_wall_right(WorldTime now) { wall_.set(now, right(now)); }
  void lose_state_folder() { stored_epoch_ = 0; }
  void set_number(std::uint32_t number) { number_ = number; }

 private:
  static Duration right(WorldTime now) {
    return kWallAtStart.time_since_epoch() + now.time_since_epoch();
  }
  void begin_epoch(WorldTime now);
  void begin_uptime(WorldTime now, Duration shows);
  [[nodiscard]] Sealed truth(WorldTime now) const;

  Credential credential_;
  Snapshot snapshot_;
  Address address_;
  MachineClock uptime_;
  MachineClock wall_;
  sim::Random random_;
  Place place_;
  std::uint64_t stored_epoch_ = 0;
  Epochs epochs_;
  std::uint64_t uptime_run_ = 0;
  Duration stood_still_{0};
  WorldTime paused_at_{};
  std::uint32_t number_ = 0;
};

}  // namespace flatline::simulation
