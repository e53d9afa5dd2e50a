#pragma once

// Which host has which slot: what the registry remembers of one from start to start.

#include <cstdint>

#include "schema/identity.h"
#include "schema/snapshot.h"

namespace flatline {

struct Tenancy {
  std::uint32_t slot = 0;
  AgentId agent_id{};
  HostName name;
  WallTime registered_at{};
  Milliseconds interval{kDefaultInterval};  ///< Its window after a restart follows from it.
};

}  // namespace flatline
