// Hosts of the inventory, which are registered before they are heard. Until a host is heard, its
// deadline is the end of its grace. So the sweep makes it known when the grace is over, as it makes
// any silent host known; people read that as `missing`.

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
  settle(*slot, record);
  await(*slot, kExpectedGrace);
  return {ActionResult::kDone, *slot};
}

ActionEffect Fleet::unexpect(AgentId agent) {
  const auto slot = slot_of(agent);
  if (!slot) return {ActionResult::kNoHost};
  if (!is_awaited(*slot)) return {ActionResult::kUnchanged, *slot};
  leave(*slot);
  return {ActionResult::kDone, kNoPlace};
}

/// The grace counts from the last beat, because actions are handed no monotonic time.
void Fleet::await(std::uint32_t slot, Milliseconds grace) {
  columns_.verdict(slot) |= kAwaitedVerdict;
  columns_.set_deadline(slot, last_seen_ - paused_ + grace);
}

/// Called when an awaited host is heard for the first time: from this snapshot on it is a host like
/// any other. Its deadline is set to now, so that a late snapshot does not turn what is left of the
/// grace into a window. What it says of itself is all new, and counts from now on.
void Fleet::welcome(std::uint32_t slot) {
  rows_[slot].next_change = Instant{};
  columns_.verdict(slot) &= static_cast<std::uint8_t>(~kAwaitedVerdict);
  columns_.set_deadline(slot, last_seen_ - paused_);
  host_table_.own(slot, record_);
  record_.awaited = false;
  host_table_.write(slot, record_);
  host_table_.mark_changed(slot);
}

}  // namespace flatline
