// What operators do to the fleet. No verdict rests on any of it: a drain and a freeze stand beside
// the bitmap, and who is kept out is silent like anybody else who is not heard.

#include "collector/fleet/fleet.h"

namespace flatline {

void Fleet::restore(const Freeze& freeze) {
  frozen_until_ = freeze.until;
  roster_.levers().freeze.restore(0, freeze);
}

std::optional<std::uint32_t> Fleet::slot_of(AgentId agent) const {
  const auto slot = index_.find(agent);
  return slot && rows_[*slot].registered ? slot : std::nullopt;
}

void Fleet::set_drain(std::uint32_t slot, WallTime until) {
  columns_.set_drained_until(slot, until);
  roster_.own(slot, record_);
  record_.drained_until = until;
  roster_.write(slot, record_);
  roster_.mark_changed(slot);
}

LeverEffect Fleet::drain(AgentId agent, WallTime until) {
  const auto slot = slot_of(agent);
  if (!slot) return {LeverResult::kNoHost};
  set_drain(*slot, until);
  return {LeverResult::kDone, *slot};
}

LeverEffect Fleet::undrain(AgentId agent, WallTime now) {
  const auto slot = slot_of(agent);
  if (!slot) return {LeverResult::kNoHost};
  if (!columns_.is_drained(*slot, now)) return {LeverResult::kUnchanged, *slot};
  set_drain(*slot, WallTime{});
  return {LeverResult::kDone, *slot};
}

/// A host that was not heard since the last checkpoint has a generation that nobody knows: then
/// only admit() lifts its tombstone. Of one that is awaited there is nothing to keep out: its place
/// in the inventory ends, and it may come like any other.
LeverEffect Fleet::forget(AgentId agent) {
  const StandingOrder* const standing = orders_.find(agent);
  const auto slot = slot_of(agent);
  if (!slot) {
    const bool gone = standing != nullptr && standing->tombstoned != 0;
    return gone ? LeverEffect{LeverResult::kUnchanged, *orders_.place_of(agent)}
                : LeverEffect{LeverResult::kNoHost};
  }
  if (is_awaited(*slot)) {
    leave(*slot);
    return {LeverResult::kDone, kNoPlace};
  }
  roster_.own(*slot, record_);
  StandingOrder order = standing != nullptr ? *standing : StandingOrder{};
  order.agent_id = agent;
  order.name = record_.name;
  order.tombstoned = 1;
  const bool known = record_.epoch != 0 || rows_[*slot].has_key;
  order.tombstone_generation = known ? record_.credential_generation : kMaxCredentialGeneration;
  const auto place = orders_.set(order);
  if (!place) return {LeverResult::kNoRoom};
  leave(*slot);
  return {LeverResult::kDone, *place};
}

LeverEffect Fleet::admit(AgentId agent) {
  const StandingOrder* const standing = orders_.find(agent);
  if (standing == nullptr || standing->tombstoned == 0) {
    const auto slot = slot_of(agent);
    return slot ? LeverEffect{LeverResult::kUnchanged, *slot} : LeverEffect{LeverResult::kNoHost};
  }
  const std::uint32_t place = *orders_.place_of(agent);
  lift_tombstone(agent);
  return {LeverResult::kDone, place};
}

void Fleet::lift_tombstone(AgentId agent) {
  StandingOrder order = *orders_.find(agent);
  if (order.tombstoned == 0) return;
  order.tombstoned = 0;
  order.tombstone_generation = 0;
  orders_.set(order);
}

/// Of a host that has left, too, as long as its order is remembered.
LeverEffect Fleet::reset(AgentId agent, WallTime now) {
  const auto slot = index_.find(agent);
  if (!slot) return {LeverResult::kNoHost};
  Row& row = rows_[*slot];
  row.line = Line{};
  row.conflict_until = Instant{};
  if (!row.registered) return {LeverResult::kDone, *slot};
  columns_.verdict(*slot) &= static_cast<std::uint8_t>(~plane_bit(Plane::kConflict));
  roster_.own(*slot, record_);
  record_.epoch = 0;
  record_.sequence = 0;
  record_.lag = Duration{0};
  record_.conflict_source = Address{};
  record_.reset_at = now;
  roster_.write(*slot, record_);
  roster_.mark_changed(*slot);
  return {LeverResult::kDone, *slot};
}

LeverEffect Fleet::revoke(AgentId agent, const HostName& name, std::uint16_t below) {
  const StandingOrder* const standing = orders_.find(agent);
  StandingOrder order = standing != nullptr ? *standing : StandingOrder{};
  if (order.revoked_below == below) {
    return {LeverResult::kUnchanged, orders_.place_of(agent).value_or(0)};
  }
  order.agent_id = agent;
  order.name = name;
  order.revoked_below = below;
  const auto place = orders_.set(order);
  return place ? LeverEffect{LeverResult::kDone, *place} : LeverEffect{LeverResult::kNoRoom};
}

LeverEffect Fleet::freeze(const Freeze& freeze) {
  frozen_until_ = freeze.until;
  roster_.levers().freeze.write(0, freeze);
  return {LeverResult::kDone};
}

LeverEffect Fleet::unfreeze(WallTime now) {
  if (frozen_until_ <= now) return {LeverResult::kUnchanged};
  return freeze(Freeze{});
}

}  // namespace flatline
