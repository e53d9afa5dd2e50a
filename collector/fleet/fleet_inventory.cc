// Hosts of the inventory: registered before they are heard. Until then a host's deadline is the end
// of its grace, so that the sweep makes it known, and so missing, at no cost of its own.

#include "collector/fleet/fleet.h"

namespace flatline {

ActionEffect Fleet::expect(AgentId agent, const HostName& name, WallTime now) {
  if (const auto slot = slot_of(agent)) return {ActionResult::kUnchanged, *slot};
  const auto slot = claim(agent);
  if (!slot) return {ActionResult::kFleetFull};
  if (bans_.find(agent) != nullptr) lift_tombstone(agent);
  HostRecord record;
  record.agent_id = agent;
  record.name = name;
  record.registered_at = now;
  record.interval_ms = static_cast<std::uint32_t>(Milliseconds{kDefaultInterval}.count());
  record.awaited = true;
  settle(*slot, record, last_seen_);
  await(*slot, kExpectedGrace);
  return {ActionResult::kDone, *slot};
}

/// From the last beat on: nobody tells an action the monotonic time.
void Fleet::await(std::uint32_t slot, Milliseconds grace) {
  columns_.verdict(slot) |= kAwaitedVerdict;
  columns_.set_deadline(slot, last_seen_ - paused_ + grace);
}

/// It speaks for the first time: from its next snapshot on, which is this one, it is a host like
/// any other. What was left of its grace is none of its window.
void Fleet::welcome(std::uint32_t slot) {
  columns_.verdict(slot) &= static_cast<std::uint8_t>(~kAwaitedVerdict);
  columns_.set_deadline(slot, last_seen_ - paused_);
  host_table_.own(slot, record_);
  record_.awaited = false;
  host_table_.write(slot, record_);
  host_table_.mark_changed(slot);
}

}  // namespace flatline
