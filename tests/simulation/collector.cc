#include "tests/simulation/collector.h"

#include <algorithm>
#include <array>

#include "collector/view/slot_bytes.h"

namespace flatline::simulation {

Collector::Collector(const FleetOptions& options, WorldTime now)
    : wall(kWallAtStart.time_since_epoch()),
      options_(options),
      table_(std::make_unique<HostTable>(options.capacity, options.messages_per_host)),
      fleet_(std::make_unique<Fleet>(options, *table_, moment(now).now)),
      view_(options.capacity) {}

Moment Collector::moment(WorldTime now) const {
  return {Instant{monotonic.read(now)}, WallTime{std::chrono::floor<Milliseconds>(wall.read(now))},
          Instant{raw.read(now)}};
}

bool Collector::in(Plane plane, AgentId agent) const {
  const auto slot = table_->find(agent);
  return slot && (view_.plane(plane)[*slot / 64] >> (*slot % 64) & 1) != 0;
}

HostRecord Collector::record(AgentId agent) const {
  HostRecord record;
  const auto slot = table_->find(agent);
  if (!slot || !table_->read(*slot, record)) return {};
  return record;
}

const View& Collector::tick(WorldTime now) {
  view_ = fleet_->tick(moment(now), {});
  store();
  return view_;
}

void Collector::store() {
  std::array<std::uint32_t, 64> places{};
  while (const std::size_t count = table_->take_changed(places)) {
    for (const std::uint32_t slot : std::span(places).first(count)) {
      HostRecord row;
      if (!table_->read(slot, row)) continue;
      if (row.registered) {
        registry_[slot] = row;
        std::erase(freed_, slot);
      } else if (registry_.erase(slot) > 0) {
        freed_.push_back(slot);
      }
    }
  }
  while (const std::size_t count = table_->actions().bans.take_changed(places)) {
    for (const std::uint32_t place : std::span(places).first(count)) {
      Ban ban;
      if (!table_->actions().bans.read(place, ban)) continue;
      if (ban.agent_id == AgentId::kNone) {
        bans_.erase(place);
      } else {
        bans_[place] = ban;
      }
    }
  }
}

void Collector::checkpoint(WorldTime now) {
  store();
  checkpoint_.clear();
  checkpointed_at_ = moment(now).wall;
  for (const auto& [slot, stored] : registry_) {
    HostRecord row;
    if (!table_->read(slot, row)) continue;
    checkpoint_[slot] = {row.agent_id,
                         {row.epoch, row.sequence, row.credential_generation, row.key_id,
                          slot_byte(view_, slot), true}};
  }
}

RestoredHost Collector::restored(std::uint32_t slot, const HostRecord& row, WorldTime now) const {
  RestoredHost host{slot, row.agent_id, row.name, row.registered_at, Milliseconds{row.interval_ms}};
  host.drained_until = row.drained_until;
  host.reset_at = row.reset_at;
  host.awaited = row.awaited;
  host.grace_left = grace_left(row.registered_at, moment(now).wall);
  const auto heard = checkpoint_.find(slot);
  if (heard == checkpoint_.end() || heard->second.agent != row.agent_id) return host;
  host.last = heard->second.last;
  if (row.reset_at > checkpointed_at_) host.last.epoch = host.last.sequence = 0;
  return host;
}

std::vector<RestoredHost> Collector::restart(WorldTime now) {
  ++options_.start_number;
  table_ = std::make_unique<HostTable>(options_.capacity, options_.messages_per_host);
  fleet_ = std::make_unique<Fleet>(options_, *table_, moment(now).now);
  std::vector<RestoredHost> hosts;
  for (const auto& [slot, row] : registry_) {
    const RestoredHost host = restored(slot, row, now);
    if (fleet_->restore(host, moment(now).now)) hosts.push_back(host);
  }
  for (const auto& [place, ban] : bans_) (void)fleet_->restore(place, ban);
  fleet_->restore_freed(freed_);
  return hosts;
}

}  // namespace flatline::simulation
