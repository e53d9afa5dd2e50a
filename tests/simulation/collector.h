#pragma once

// A collector of the world: the real fleet, with the clocks of its machine and with what a journal
// keeps of it from one start to the next. Pure.

#include <map>
#include <memory>
#include <vector>

#include "collector/fleet/fleet.h"
#include "tests/simulation/clocks.h"

namespace flatline::simulation {

class Collector {
 public:
  Collector(const FleetOptions& options, WorldTime now);

  [[nodiscard]] Moment moment(WorldTime now) const;
  [[nodiscard]] const FleetOptions& options() const { return options_; }
  [[nodiscard]] Fleet& fleet() { return *fleet_; }
  [[nodiscard]] const HostTable& table() const { return *table_; }
  [[nodiscard]] const View& view() const { return view_; }
  [[nodiscard]] bool in(Plane plane, AgentId agent) const;
  [[nodiscard]] HostRecord record(AgentId agent) const;

  /// Makes the tick, and wakes the journal.
  const View& tick(WorldTime now);
  /// The journal stores the rows that changed. It does so at each tick, and before an action is
  /// answered.
  void store();
  /// The journal stores what was last heard of every host.
  void checkpoint(WorldTime now);
  /// The collector was killed (the journal did not see what came since it looked last) and starts
  /// again. Returns the hosts that it gave back to the new fleet.
  std::vector<RestoredHost> restart(WorldTime now);

  // --- Its machine's clocks ---------------------------------------------------------------------

  MachineClock monotonic{std::chrono::hours{1}};
  MachineClock raw{std::chrono::minutes{7}};
  MachineClock wall;

 private:
  struct Heard {
    AgentId agent{};
    LastHeard last;
  };

  [[nodiscard]] RestoredHost restored(std::uint32_t slot, const HostRecord& row,
                                      WorldTime now) const;

  FleetOptions options_;
  std::unique_ptr<HostTable> table_;
  std::unique_ptr<Fleet> fleet_;
  View view_;
  std::map<std::uint32_t, HostRecord> registry_;  ///< The registered hosts by slot, as stored.
  std::vector<std::uint32_t> freed_;              ///< The slot that was left first comes first.
  std::map<std::uint32_t, Ban> bans_;
  std::map<std::uint32_t, Heard> checkpoint_;
  WallTime checkpointed_at_{};
};

}  // namespace flatline::simulation
