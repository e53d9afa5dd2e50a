#pragma once

// The last hosts that left and whose slot another host took, with what was last accepted of each:
// what was recorded of them is stale when it is played again. A ring of fixed size, in which the
// newest takes the place of the oldest. Pure.

#include <cstdint>
#include <optional>
#include <vector>

#include "collector/fleet/slot_index.h"
#include "schema/limits.h"
#include "schema/wire/identity.h"

namespace flatline {

struct Departure {
  AgentId agent_id = AgentId::kNone;
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
};

class Departures {
 public:
  /// A host that is there already is replaced.
  void add(const Departure& departure);
  [[nodiscard]] const Departure* find(AgentId agent) const;
  /// Forgets a host, if it is there: it came back, or an operator reset it. True if it was there.
  bool erase(AgentId agent);

 private:
  SlotIndex index_{kDepartures};
  std::vector<Departure> ring_{kDepartures};
  std::uint32_t next_ = 0;  ///< Where the next one goes.
};

}  // namespace flatline
