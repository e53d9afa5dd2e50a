// What operators do to the fleet (CONTRACT.md, "Actions"). No verdict rests on any of it: drains
// and the freeze are published beside `healthy`, and a revoked host falls silent like any host that
// is not heard.

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "collector/fleet/fleet.h"
#include "collector/view/rotation_limits.h"
#include "schema/invariant.h"

namespace flatline {

/// A key of another fleet's may one day come under the id of one that was dropped, so nothing may
/// be left of that one. A host whose key only a checkpoint knew counts like one that has spoken
/// since, so the records are asked, and only if a key was dropped.
std::uint32_t Fleet::set_keys(std::vector<FleetKey> keys) {
  INVARIANT(!keys.empty());
  INVARIANT(keys.size() <= kFleetKeys);
  const std::vector<FleetKey> before = std::exchange(options_.keys, std::move(keys));
  std::array<bool, kKeyIds> is_dropped{};
  for (const FleetKey& key : before) is_dropped[key.key_id] = find_key(key.key_id) == nullptr;
  if (std::ranges::count(is_dropped, true) == 0) return 0;
  std::uint32_t refused = 0;
  for (std::uint32_t slot = 0; slot < options_.capacity; ++slot) {
    Row& row = rows_[slot];
    if (row.has_key && is_dropped[row.key_id]) {
      row.epoch_key = SecretKey{};
      row.has_key = false;
    }
    if (!row.registered) continue;
    host_table_.own(slot, record_);
    refused += record_.has_spoken && is_dropped[record_.key_id] ? 1 : 0;
  }
  return refused;
}

/// Who loses its place to a quorum's value may find another one at once.
void Fleet::set_quorums(std::span<const QuorumRule> quorums) {
  groups_.set_quorums(quorums);
  for (std::uint32_t slot = 0; slot < options_.capacity; ++slot) {
    rows_[slot].under_other = groups_.is_under_other(slot);
  }
}

void Fleet::restore(const Freeze& freeze) {
  frozen_until_ = freeze.until;
  host_table_.actions().freeze.restore(0, freeze);
}

std::optional<std::uint32_t> Fleet::slot_of(AgentId agent) const {
  const auto slot = index_.find(agent);
  return slot && rows_[*slot].registered ? slot : std::nullopt;
}

void Fleet::set_drain(std::uint32_t slot, WallTime until, WallTime from) {
  columns_.set_drained_until(slot, until, from);
  host_table_.own(slot, record_);
  record_.drained_from = from;
  record_.drained_until = until;
  host_table_.write(slot, record_);
  host_table_.mark_changed(slot);
}

ActionEffect Fleet::drain(AgentId agent, WallTime until, WallTime from, WallTime now) {
  const auto slot = slot_of(agent);
  if (!slot) return {ActionResult::kNoHost};
  host_table_.own(*slot, record_);
  const WallTime before = record_.drained_until;
  // A host that is out of service is not put back into it by a drain that begins later.
  if (from > now && columns_.is_drained(*slot, now)) from = record_.drained_from;
  set_drain(*slot, until, from);
  return {ActionResult::kDone, *slot, before > until ? before : WallTime{}};
}

ActionEffect Fleet::undrain(AgentId agent, WallTime now) {
  const auto slot = slot_of(agent);
  if (!slot) return {ActionResult::kNoHost};
  if (!columns_.has_drain(*slot, now)) return {ActionResult::kUnchanged, *slot};
  set_drain(*slot, WallTime{}, WallTime{});
  return {ActionResult::kDone, *slot};
}

/// If the host's credential generation is not known (it was heard neither since this start nor
/// before the last checkpoint), the tombstone is for every generation, and only admit() lifts it.
/// An awaited host gets no tombstone: it leaves the inventory, and may come like any other host.
ActionEffect Fleet::forget(AgentId agent) {
  const Ban* const standing = bans_.find(agent);
  const auto slot = slot_of(agent);
  if (!slot) {
    const bool gone = standing != nullptr && standing->tombstoned != 0;
    return gone ? ActionEffect{ActionResult::kUnchanged, *bans_.place_of(agent)}
                : ActionEffect{ActionResult::kNoHost};
  }
  if (is_awaited(*slot)) {
    leave(*slot);
    return {ActionResult::kDone, kNoPlace};
  }
  host_table_.own(*slot, record_);
  Ban ban = standing != nullptr ? *standing : Ban{};
  ban.agent_id = agent;
  ban.name = record_.name;
  ban.tombstoned = 1;
  const bool known = record_.epoch != 0 || rows_[*slot].has_key;
  ban.tombstone_generation = known ? record_.credential_generation : kMaxCredentialGeneration;
  const auto place = bans_.set(ban);
  if (!place) return {ActionResult::kNoRoom};
  leave(*slot);
  return {ActionResult::kDone, *place};
}

ActionEffect Fleet::admit(AgentId agent) {
  const Ban* const standing = bans_.find(agent);
  if (standing == nullptr || standing->tombstoned == 0) {
    const auto slot = slot_of(agent);
    return slot ? ActionEffect{ActionResult::kUnchanged, *slot}
                : ActionEffect{ActionResult::kNoHost};
  }
  const std::uint32_t place = *bans_.place_of(agent);
  lift_tombstone(agent);
  return {ActionResult::kDone, place};
}

void Fleet::lift_tombstone(AgentId agent) {
  Ban ban = *bans_.find(agent);
  if (ban.tombstoned == 0) return;
  ban.tombstoned = 0;
  ban.tombstone_generation = 0;
  bans_.set(ban);
}

/// A host that has left can be reset too, as long as its order is remembered.
ActionEffect Fleet::reset(AgentId agent, WallTime now) {
  const auto slot = index_.find(agent);
  if (!slot) {
    return departures_.erase(agent) ? ActionEffect{ActionResult::kDone, kNoPlace}
                                    : ActionEffect{ActionResult::kNoHost};
  }
  Row& row = rows_[*slot];
  row.order = SnapshotOrder{};
  row.lag = Lag{};
  if (!row.registered) return {ActionResult::kDone, *slot};
  columns_.set_conflict_until(*slot, last_seen_ - paused_);
  host_table_.own(*slot, record_);
  record_.epoch = 0;
  record_.sequence = 0;
  record_.lag = Duration{0};
  record_.late = false;
  record_.conflict_source = Address{};
  record_.reset_at = now;
  host_table_.write(*slot, record_);
  host_table_.mark_changed(*slot);
  return {ActionResult::kDone, *slot};
}

ActionEffect Fleet::revoke(AgentId agent, const HostName& name, std::uint16_t below) {
  const Ban* const standing = bans_.find(agent);
  Ban ban = standing != nullptr ? *standing : Ban{};
  if (ban.revoked_below == below) {
    return {ActionResult::kUnchanged, bans_.place_of(agent).value_or(0)};
  }
  ban.agent_id = agent;
  ban.name = name;
  ban.revoked_below = below;
  const auto place = bans_.set(ban);
  return place ? ActionEffect{ActionResult::kDone, *place} : ActionEffect{ActionResult::kNoRoom};
}

ActionEffect Fleet::freeze(const Freeze& freeze) {
  const WallTime before = frozen_until_;
  frozen_until_ = freeze.until;
  host_table_.actions().freeze.write(0, freeze);
  return {ActionResult::kDone, 0, before > freeze.until ? before : WallTime{}};
}

ActionEffect Fleet::unfreeze(WallTime now) {
  if (frozen_until_ <= now) return {ActionResult::kUnchanged};
  freeze(Freeze{});
  return {ActionResult::kDone};
}

}  // namespace flatline
