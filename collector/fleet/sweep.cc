#include "collector/fleet/sweep.h"

#include <bit>

#include "collector/fleet/sweep_words.h"
#include "schema/invariant.h"

namespace flatline {

using sweep_words::kWordSlots;

void sweep(const SlotColumns& columns, Instant now, WallTime wall, View& view) {
  const std::size_t size = view.head.capacity / kWordSlots;
  INVARIANT(columns.size() == view.head.capacity);
  const auto plane = [&](Plane which) {
    return view.planes[static_cast<std::size_t>(which)].data();
  };
  std::uint64_t* const registered = plane(Plane::kRegistered);
  std::uint64_t* const known = plane(Plane::kKnown);
  std::uint64_t* const reporting = plane(Plane::kReporting);
  std::uint64_t* const healthy = plane(Plane::kHealthy);
  std::uint64_t* const warning = plane(Plane::kWarning);
  std::uint64_t* const drained = plane(Plane::kDrained);
  std::uint64_t* const conflict = plane(Plane::kConflict);
  std::uint64_t* const awaited = plane(Plane::kAwaited);
  const auto index = [](Plane which) { return static_cast<std::size_t>(which); };
  for (std::size_t i = 0; i < size; ++i) {
    const sweep_words::Said said = sweep_words::read(
        columns, i * kWordSlots, {SlotColumns::stamp(now), SlotColumns::second(wall)});
    const auto& verdicts = said.verdicts;
    const std::uint64_t heard = verdicts[index(Plane::kKnown)];
    registered[i] = verdicts[index(Plane::kRegistered)];
    known[i] = heard | (registered[i] & ~said.alive);
    reporting[i] = heard & said.alive;
    healthy[i] = verdicts[index(Plane::kHealthy)] & reporting[i];
    warning[i] = verdicts[index(Plane::kWarning)] & reporting[i];
    drained[i] = registered[i] & said.in_drain;
    conflict[i] = registered[i] & said.in_conflict;
    awaited[i] = verdicts[index(Plane::kReporting)] & ~reporting[i];
  }
}

Counts count_planes(const View& view) {
  const PlaneWords& registered = view.plane(Plane::kRegistered);
  const PlaneWords& known = view.plane(Plane::kKnown);
  const PlaneWords& reporting = view.plane(Plane::kReporting);
  const PlaneWords& healthy = view.plane(Plane::kHealthy);
  const PlaneWords& awaited = view.plane(Plane::kAwaited);
  const auto ones = [](std::uint64_t word) {
    return static_cast<std::uint32_t>(std::popcount(word));
  };
  Counts counts;
  for (std::size_t i = 0; i < registered.size(); ++i) {
    counts.hosts += ones(registered[i]);
    counts.healthy += ones(healthy[i]);
    counts.failing += ones(reporting[i] & ~healthy[i]);
    counts.silent += ones(known[i] & ~reporting[i] & ~awaited[i]);
    counts.missing += ones(known[i] & awaited[i]);
    counts.unknown += ones(registered[i] & ~known[i] & ~awaited[i]);
    counts.expected += ones(registered[i] & ~known[i] & awaited[i]);
    counts.warning += ones(view.plane(Plane::kWarning)[i]);
    counts.drained += ones(view.plane(Plane::kDrained)[i]);
    counts.flapping += ones(view.plane(Plane::kFlapping)[i]);
    counts.conflict += ones(view.plane(Plane::kConflict)[i]);
  }
  return counts;
}

Judged count_judged(const View& view) {
  Judged judged;
  for (std::size_t i = 0; i < view.plane(Plane::kKnown).size(); ++i) {
    const std::uint64_t those = view.plane(Plane::kKnown)[i] & ~view.plane(Plane::kDrained)[i];
    judged.known += static_cast<std::uint32_t>(std::popcount(those));
    judged.healthy +=
        static_cast<std::uint32_t>(std::popcount(those & view.plane(Plane::kHealthy)[i]));
  }
  return judged;
}

}  // namespace flatline
