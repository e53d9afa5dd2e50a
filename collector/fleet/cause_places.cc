#include "collector/fleet/cause_places.h"

#include "schema/invariant.h"

namespace flatline {

void CausePlaces::restore(std::uint32_t place, const CauseName& name) {
  INVARIANT(place > 0 && place < kCausePlaces);
  places_[place] = {name.name, true, false, ++leavings_};
  names_.restore(place, name);
}

std::uint8_t CausePlaces::take(const CheckName& name, std::uint64_t hash, const When& when) {
  std::uint32_t place = place_of(name, hash);
  if (place == 0) {
    place = place_to_give(when);
    if (place == 0) return kOtherCause;
    if (places_[place].has_name) reuse_at_ = when.now + kCauseReusePeriod;
    places_[place].name = name;
    names_.write(place, {name, when.start, when.tick, when.wall});
  }
  places_[place].has_name = true;
  places_[place].in_use = true;
  hashes_[place] = hash;
  return static_cast<std::uint8_t>(place);
}

void CausePlaces::release(std::uint8_t place) {
  if (place == kOtherCause) return;
  INVARIANT(place > 0 && places_[place].in_use);
  places_[place].in_use = false;
  places_[place].left = ++leavings_;
}

/// The place that a name has; 0 if it has none. A restored name's hash is not known before the name
/// is used.
std::uint32_t CausePlaces::place_of(const CheckName& name, std::uint64_t hash) const {
  for (std::uint32_t place = 1; place < kCausePlaces; ++place) {
    if (hashes_[place] != hash && hashes_[place] != 0) continue;
    if (places_[place].has_name && places_[place].name == name) return place;
  }
  return 0;
}

/// A place that no name ever had, or else the one that its name left first; 0 if none may be given
/// now.
std::uint32_t CausePlaces::place_to_give(const When& when) const {
  std::uint32_t oldest = 0;
  for (std::uint32_t place = 1; place < kCausePlaces; ++place) {
    if (!places_[place].has_name) return place;
    if (places_[place].in_use || names_.is_marked(place)) continue;
    if (oldest == 0 || places_[place].left < places_[oldest].left) oldest = place;
  }
  return when.now >= reuse_at_ ? oldest : 0;
}

}  // namespace flatline
