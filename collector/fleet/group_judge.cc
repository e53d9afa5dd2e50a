#include "collector/fleet/group_judge.h"

namespace flatline {
namespace {

/// A group that nobody is registered in holds no quorum. One of which nobody is judged, since its
/// hosts are drained or not known yet, has no share: then the number alone decides.
bool holds(const GroupQuorum& quorum, const Group& group) {
  const std::uint64_t healthy = group.judged_healthy;
  return group.counts.registered > 0 && healthy >= quorum.at_least &&
         healthy * 100 >= std::uint64_t{group.judged} * quorum.healthy_percent;
}

}  // namespace

void GroupJudge::judge(Instant now, bool warming, GroupTable& table) {
  for (std::size_t key = 0; key < kGroupKeys; ++key) {
    for (std::size_t place = 0; place < kGroupPlaces; ++place) {
      judge(now, warming, places_[key][place], table.keys[key].places[place]);
    }
  }
}

void GroupJudge::judge(Instant now, bool warming, Place& place, Group& group) const {
  if (place.value != group.value) place = Place{.value = group.value};
  group.flags = 0;
  if (place.panic.judge({group.judged, group.judged_healthy}, options_.panic_below_percent)) {
    group.flags |= flag_bit(GroupFlag::kPanic);
  }
  const bool is_asked = group.quorum != GroupQuorum{} && !warming;
  if (is_asked && !holds(group.quorum, group)) {
    place.below = true;
    place.ends_at = now + options_.window;
  } else if (!is_asked || now >= place.ends_at) {
    place.below = false;
  }
  if (place.below) group.flags |= flag_bit(GroupFlag::kBelow);
}

}  // namespace flatline
