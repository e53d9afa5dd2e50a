#include "collector/fleet/departures.h"

namespace flatline {

void Departures::add(const Departure& departure) {
  erase(departure.agent_id);
  Departure& place = ring_[next_];
  if (place.agent_id != AgentId::kNone) index_.erase(place.agent_id);
  place = departure;
  index_.insert(departure.agent_id, next_);
  next_ = (next_ + 1) % kDepartures;
}

const Departure* Departures::find(AgentId agent) const {
  const auto place = index_.find(agent);
  return place ? &ring_[*place] : nullptr;
}

bool Departures::erase(AgentId agent) {
  const auto place = index_.find(agent);
  if (!place) return false;
  index_.erase(agent);
  ring_[*place] = Departure{};
  return true;
}

}  // namespace flatline
