#include "collector/fleet/slot_index.h"

#include <bit>

#include "schema/invariant.h"

namespace flatline {

SlotIndex::SlotIndex(std::uint32_t capacity)
    : entries_(std::bit_ceil(std::size_t{capacity} * 2)),
      mask_(entries_.size() - 1),
      shift_(64 - static_cast<unsigned>(std::bit_width(mask_))) {}

std::size_t SlotIndex::place_of(AgentId agent) const {
  std::size_t place = home_of(agent);
  while (entries_[place].agent != AgentId::kNone && entries_[place].agent != agent) {
    place = (place + 1) & mask_;
  }
  return place;
}

std::optional<std::uint32_t> SlotIndex::find(AgentId agent) const {
  const Entry& entry = entries_[place_of(agent)];
  if (entry.agent == AgentId::kNone) return std::nullopt;
  return entry.slot;
}

void SlotIndex::insert(AgentId agent, std::uint32_t slot) {
  INVARIANT(agent != AgentId::kNone);
  Entry& entry = entries_[place_of(agent)];
  INVARIANT(entry.agent == AgentId::kNone);
  entry = {agent, slot};
}

void SlotIndex::erase(AgentId agent) {
  std::size_t hole = place_of(agent);
  INVARIANT(agent != AgentId::kNone && entries_[hole].agent == agent);
  for (std::size_t next = (hole + 1) & mask_; entries_[next].agent != AgentId::kNone;
       next = (next + 1) & mask_) {
    // An entry may move into the hole unless its home lies behind the hole.
    const std::size_t from_home = (next - home_of(entries_[next].agent)) & mask_;
    if (from_home < ((next - hole) & mask_)) continue;
    entries_[hole] = entries_[next];
    hole = next;
  }
  entries_[hole] = {};
}

}  // namespace flatline
