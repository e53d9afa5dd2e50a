#include "tools/cli/report/counted.h"

#include <bit>
#include <cstdint>

namespace flatline::cli {

/// The states are those of host_state_of().
SummaryAnswer count_hosts(const BitmapAnswer& bitmap, SummaryAnswer fleet) {
  fleet.notices.clear();
  fleet.causes.clear();
  fleet.hosts = fleet.healthy = fleet.failing = fleet.silent = fleet.unknown = fleet.expected = 0;
  fleet.missing = fleet.warning = fleet.drained = fleet.flapping = fleet.conflict = 0;
  std::uint32_t down = 0;
  for (std::size_t i = 0; i < bitmap.plane(Plane::kRegistered).size(); ++i) {
    const auto word = [&](Plane plane) { return bitmap.plane(plane)[i]; };
    const auto add = [](std::uint32_t& count, std::uint64_t bits) {
      count += static_cast<std::uint32_t>(std::popcount(bits));
    };
    const std::uint64_t known = word(Plane::kKnown);
    const std::uint64_t reporting = word(Plane::kReporting);
    const std::uint64_t healthy = word(Plane::kHealthy);
    const std::uint64_t awaited = word(Plane::kAwaited);
    add(fleet.hosts, word(Plane::kRegistered));
    add(fleet.healthy, healthy);
    add(fleet.failing, reporting & ~healthy);
    add(fleet.silent, known & ~reporting & ~awaited);
    add(fleet.unknown, word(Plane::kRegistered) & ~known & ~awaited);
    add(fleet.expected, awaited & ~known);
    add(fleet.missing, awaited & known);
    add(fleet.warning, word(Plane::kWarning));
    add(fleet.drained, word(Plane::kDrained));
    add(fleet.flapping, word(Plane::kFlapping));
    add(fleet.conflict, word(Plane::kConflict));
    add(down, known & ~healthy & ~word(Plane::kDrained));
  }
  fleet.down = down;
  return fleet;
}

}  // namespace flatline::cli
