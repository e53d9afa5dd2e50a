#include "collector/api/render_groups.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "collector/api/render.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// A host is in at most one group of a key, so what is in none of them has no such label.
std::uint32_t unlabelled(const ViewHead& head, const KeyGroups& groups) {
  std::uint32_t labelled = 0;
  for (const Group& group : groups.places) labelled += group.counts.registered;
  return head.counts.hosts - std::min(labelled, head.counts.hosts);
}

GroupAnswer render_group(const LabelText& key, const Group& group) {
  GroupAnswer answer;
  answer.key = key.view();
  answer.value = group.value.view();
  answer.hosts = group.counts.registered;
  answer.healthy = group.counts.healthy;
  answer.failing = group.counts.failing;
  answer.silent = group.counts.silent;
  answer.missing = group.counts.missing;
  answer.warning = group.counts.warning;
  answer.drained = group.counts.drained;
  answer.judged = group.judged;
  answer.judged_healthy = group.judged_healthy;
  for (std::size_t i = 0; i < kGroupFlags; ++i) {
    if ((group.flags >> i & 1) != 0) answer.flags.emplace_back(kGroupFlagNames[i]);
  }
  if (group.quorum.healthy_percent > 0) {
    answer.quorum_healthy_percent = group.quorum.healthy_percent;
  }
  if (group.quorum.at_least > 0) answer.quorum_at_least = group.quorum.at_least;
  return answer;
}

GroupKeyAnswer render_key(const ViewHead& head, const KeyGroups& groups) {
  GroupKeyAnswer answer;
  answer.key = groups.key.view();
  for (const Group& group : groups.places) answer.values += group.value.empty() ? 0 : 1;
  answer.unlabelled = unlabelled(head, groups);
  const Group& other = groups.places[kOtherPlace];
  if (other.counts.registered > 0) answer.other = render_group(groups.key, other);
  return answer;
}

}  // namespace

std::optional<std::size_t> find_group_key(const GroupTable& table, std::string_view key) {
  for (std::size_t i = 0; i < kGroupKeys; ++i) {
    if (!key.empty() && table.keys[i].key.view() == key) return i;
  }
  return std::nullopt;
}

std::string no_such_group_key(const GroupTable& table, std::string_view key) {
  std::vector<std::string_view> keys;
  for (const KeyGroups& groups : table.keys) {
    if (!groups.key.empty()) keys.push_back(groups.key.view());
  }
  const std::string there = keys.empty() ? "it groups by none" : "there are: " + join(keys, ", ");
  return fmt::format("by: hosts are not grouped by '{}'; {}", key, there);
}

GroupsAnswer render_groups(const ViewHead& head, const GroupTable& table,
                           std::optional<std::size_t> key, Duration tick, Instant now) {
  GroupsAnswer answer;
  answer.tick = static_cast<double>(head.tick);
  answer.time = format_rfc3339(head.time);
  answer.view_age_seconds = age_seconds(head.at, now);
  answer.tick_seconds = std::chrono::duration<double>(tick).count();
  answer.flags = flag_names(head.flags);
  for (std::size_t i = 0; i < kGroupKeys; ++i) {
    const KeyGroups& groups = table.keys[i];
    if (groups.key.empty() || (key && *key != i)) continue;
    answer.keys.push_back(render_key(head, groups));
    const std::size_t first = answer.groups.size();
    for (const Group& group : groups.places) {
      if (!group.value.empty()) answer.groups.push_back(render_group(groups.key, group));
    }
    // Places follow who came first, which tells people nothing.
    std::sort(
        answer.groups.begin() + static_cast<std::ptrdiff_t>(first), answer.groups.end(),
        [](const GroupAnswer& one, const GroupAnswer& other) { return one.value < other.value; });
  }
  answer.total = static_cast<std::uint32_t>(answer.groups.size());
  return answer;
}

void render_group_troubles(const GroupTable& table, SummaryAnswer& answer) {
  const auto add = [](const std::string& name, std::uint32_t& count,
                      std::vector<std::string>& names) {
    ++count;
    if (names.size() < kTroubledGroups) names.push_back(name);
  };
  auto& groups = answer.groups;
  for (const KeyGroups& key : table.keys) {
    for (const Group& group : key.places) {
      const std::string name = fmt::format("{}={}", key.key.view(), group.value.view());
      if ((group.flags & flag_bit(GroupFlag::kBelow)) != 0)
        add(name, groups.below, groups.below_names);
      // What is under `other` has no value by which one could look for it.
      if (!group.value.empty() && (group.flags & flag_bit(GroupFlag::kPanic)) != 0) {
        add(name, groups.panic, groups.panic_names);
      }
    }
    const std::uint32_t other = key.places[kOtherPlace].counts.registered;
    if (other > 0)
      groups.other.push_back({std::string(key.key.view()), static_cast<double>(other)});
  }
}

}  // namespace flatline
