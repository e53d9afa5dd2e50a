#include "tools/cli/screen/fleet.h"

#include <algorithm>
#include <bit>

#include "tools/cli/report/counted.h"
#include "tools/cli/report/group_report.h"

namespace flatline::cli::screen {
namespace {

/// Takes every bit away from hosts that do not match.
void keep(BitmapAnswer& bitmap, const Slots& matching) {
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    const std::size_t words = bitmap.words.size() / kPlanes;
    for (std::size_t i = 0; i < words; ++i) {
      bitmap.words[plane * words + i] &= i < matching.size() ? matching[i] : 0;
    }
  }
}

/// How the hosts of the bitmap are that have a label, counted here: of a past moment, and of those
/// who match a filter, no collector counts them.
GroupAnswer count(const BitmapAnswer& bitmap, const Membership& label) {
  BitmapAnswer members = bitmap;
  keep(members, label.hosts);
  const SummaryAnswer counted = count_hosts(members, {});
  GroupAnswer group;
  group.key = label.key;
  group.value = label.value;
  group.hosts = counted.hosts;
  group.healthy = counted.healthy;
  group.failing = counted.failing;
  group.silent = counted.silent;
  group.missing = counted.missing;
  group.warning = counted.warning;
  group.drained = counted.drained;
  const auto known = members.plane(Plane::kKnown);
  const auto drained = members.plane(Plane::kDrained);
  for (std::size_t i = 0; i < known.size(); ++i) {
    group.judged += static_cast<std::uint32_t>(std::popcount(known[i] & ~drained[i]));
  }
  group.judged_healthy = group.judged - std::min(group.judged, counted.down.value_or(0));
  return group;
}

std::vector<GroupAnswer> count_groups(const BitmapAnswer& bitmap, const Memberships& labels) {
  GroupsAnswer counted;
  for (const auto& label : labels) {
    GroupAnswer group = count(bitmap, *label);
    if (group.hosts > 0) counted.groups.push_back(std::move(group));
  }
  return worst_first(counted);
}

}  // namespace

Fleet fleet_of(const Told& told, bool is_past) {
  Fleet fleet;
  const Now* const now = told.now.get();
  const Past* const past = told.past.get();
  fleet.summary = is_past ? past->summary : now->summary;
  fleet.bitmap = is_past ? past->bitmap : now->bitmap;
  const std::string& filter = is_past ? past->filter : now->filter;
  if (!filter.empty()) keep(fleet.bitmap, is_past ? past->matching : now->matching);
  // A past moment does not tell who is down. Of a part of the fleet, nothing is told.
  if (is_past || !filter.empty()) {
    fleet.summary = count_hosts(fleet.bitmap, std::move(fleet.summary));
  }
  fleet.has_quorums = !is_past && filter.empty();
  fleet.groups =
      fleet.has_quorums ? worst_first(now->groups) : count_groups(fleet.bitmap, told.labels);
  return fleet;
}

std::vector<std::string> keys_of(const Told& told) {
  std::vector<std::string> keys;
  if (told.now == nullptr) return keys;
  for (const GroupKeyAnswer& key : told.now->groups.keys) keys.push_back(key.key);
  return keys;
}

std::uint32_t down_of(const SummaryAnswer& summary) {
  return summary.down.value_or(summary.failing + summary.silent + summary.missing);
}

}  // namespace flatline::cli::screen
