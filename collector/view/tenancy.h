#pragma once

// What the registry and the checkpoint remember from one start to the next: which host has which
// slot, what was last heard of it, and which hosts had the slot before.

#include <algorithm>
#include <cstdint>

#include "schema/time.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// Names the view that something was taken from. Views are ordered by start and tick, never by
/// wall clocks, which may be set back.
struct ViewMark {
  WallTime time{};               ///< What the wall clock showed then.
  std::uint64_t generation = 0;  ///< Its high half is the start's number; 0 means no view.
  std::uint64_t tick = 0;        ///< Counted from that start.

  [[nodiscard]] bool is_after(const ViewMark& other) const {
    const std::uint64_t start = generation >> 32;
    const std::uint64_t other_start = other.generation >> 32;
    return start != other_start ? start > other_start : tick > other.tick;
  }
};

/// What was last heard of a host, as the checkpoint and the history remember it.
struct LastHeard {
  std::uint64_t epoch = 0;  ///< The last accepted snapshot's; 0 if no snapshot is known.
  std::uint64_t sequence = 0;
  std::uint16_t credential_generation = 0;
  std::uint8_t key_id = 0;
  std::uint8_t planes = 0;  ///< A slot's byte (planes.h), of the checkpoint or a newer step.
  bool was_there = false;   ///< The checkpoint has this host in this slot.
  Duration silent{0};       ///< How long it had been silent while it was watched.
  std::uint8_t cause = 0;   ///< A slot's byte of View::causes, of a step.
};

/// A host as it is given back to the fleet at a start.
struct RestoredHost {
  std::uint32_t slot = 0;
  AgentId agent_id{};
  HostName name;
  WallTime registered_at{};
  Milliseconds interval{kDefaultInterval};  ///< Its window after the restart follows from it.
  LastHeard last{};
  WallTime drained_until{};    ///< When its drain ends; it is not drained if that is past.
  WallTime reset_at{};         ///< When it was last reset (zero: never); older orders are void.
  bool awaited = false;        ///< It was expected at `registered_at` and not heard since.
  Milliseconds grace_left{0};  ///< If it is awaited: how long until it is missing.
  Labels labels{};             ///< As it sent them last, or up to kHostStorePeriod before.
  WallTime drained_from{};     ///< When its drain begins; zero if it began with the order.
};

/// How much of kExpectedGrace is left, by the wall clock, to a host that was expected at
/// `expected_at`. Even if the clock was set back, that is never more than the whole grace.
constexpr Milliseconds grace_left(WallTime expected_at, WallTime now) {
  return std::clamp<Milliseconds>(expected_at + kExpectedGrace - now, Milliseconds{0},
                                  kExpectedGrace);
}

/// From when to when a host had a slot. Old planes are read with the hosts of their time.
struct Tenancy {
  std::uint32_t slot = 0;
  AgentId agent_id{};
  HostName name;
  WallTime from{};
  WallTime to = WallTime::max();  ///< When the host was gone; max if it still has the slot.
};

}  // namespace flatline
