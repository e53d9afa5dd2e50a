#pragma once

// Which host has which slot, what was last heard of it, and which hosts had it before: what the
// registry and the checkpoint remember from start to start.

#include <algorithm>
#include <cstdint>

#include "schema/time.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// Which view something was taken from. Views are told apart by this, never by wall clocks, which
/// may be set back.
struct ViewMark {
  WallTime time{};               ///< As the wall clock of then had it.
  std::uint64_t generation = 0;  ///< Its high half tells the collector's start; 0: there is none.
  std::uint64_t tick = 0;        ///< Of that start.

  [[nodiscard]] bool is_after(const ViewMark& other) const {
    const std::uint64_t start = generation >> 32;
    const std::uint64_t other_start = other.generation >> 32;
    return start != other_start ? start > other_start : tick > other.tick;
  }
};

/// What the last checkpoint knew of a host.
struct LastHeard {
  std::uint64_t epoch = 0;  ///< Of the last snapshot accepted; 0: none is known of.
  std::uint64_t sequence = 0;
  std::uint16_t credential_generation = 0;
  std::uint8_t key_id = 0;
  std::uint8_t planes = 0;  ///< plane_bit(Plane), as the last view or step had them.
  bool was_there = false;   ///< The checkpoint has it in this slot.
};

struct RestoredHost {
  std::uint32_t slot = 0;
  AgentId agent_id{};
  HostName name;
  WallTime registered_at{};
  Milliseconds interval{kDefaultInterval};  ///< Its window after a restart follows from it.
  LastHeard last{};
  WallTime drained_until{};    ///< By an operator; past or zero: it is not.
  WallTime reset_at{};         ///< An older checkpoint's order does not count; zero: never.
  bool awaited = false;        ///< Of the inventory, not heard: expected at `registered_at`.
  Milliseconds grace_left{0};  ///< If it is awaited: until it is missing.
};

/// What is left, by the wall clock, of the grace of a host that was expected at `expected_at`. A
/// clock that was set back gives no more than a whole one.
constexpr Milliseconds grace_left(WallTime expected_at, WallTime now) {
  return std::clamp<Milliseconds>(expected_at + kExpectedGrace - now, Milliseconds{0},
                                  kExpectedGrace);
}

/// A tenancy over time: an old bitmap is read with the hosts of its time.
struct Tenancy {
  std::uint32_t slot = 0;
  AgentId agent_id{};
  HostName name;
  WallTime from{};
  WallTime to = WallTime::max();  ///< The host was gone then; max: it has the slot still.
};

}  // namespace flatline
