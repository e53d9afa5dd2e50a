#include "collector/api/render_metrics.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace flatline {
namespace {

constexpr std::array<std::string_view, kDoubts> kDoubtNames = {"late_tick", "kernel_loss", "clocks",
                                                               "nothing_heard"};

double bit(std::uint32_t bits, std::size_t place) {
  return (bits >> place & 1) != 0 ? 1 : 0;
}

bool has_quorum(const Group& group) {
  return group.quorum.healthy_percent > 0 || group.quorum.at_least > 0;
}

/// What is told as a cause of failing or silence. Who has only changed may be well again.
std::set<std::string> causes_of(const Causes& causes, CauseKind kind) {
  std::set<std::string> keys;
  for (std::uint32_t i = 0; i < causes.count; ++i) {
    const Cause& cause = causes.causes[i];
    if (cause.about == About::kChanged) continue;
    if (cause.kind == kind) keys.emplace(cause.key.view());
    // Twins may be of another kind. What names no group does no harm.
    for (std::size_t twin = 0; cause.is_trait() && twin < cause.twin_count; ++twin) {
      keys.emplace(cause.twins[twin].view());
    }
  }
  return keys;
}

/// Calls `each` for every group that has a value of its own.
template <typename Each>
void for_each_group(const GroupTable& groups, const Each& each) {
  for (const KeyGroups& key : groups.keys) {
    for (const Group& group : key.places) {
      if (!group.value.empty()) each(key.key.view(), group.value.view(), group);
    }
  }
}

/// A family with one series for each group.
template <typename Value>
void add_for_each_group(const GroupTable& groups, MetricPage& page, const Value& value) {
  for_each_group(groups, [&](std::string_view key, std::string_view name, const Group& group) {
    page.add({{"label", key}, {"value", name}}, value(group));
  });
}

void add_group_hosts(const GroupTable& groups, MetricPage& page) {
  page.gauge("flatline_group_hosts", "Hosts of a group by state; expected ones are unknown.");
  for_each_group(groups, [&](std::string_view key, std::string_view value, const Group& group) {
    const GroupCounts& counts = group.counts;
    const auto add = [&](std::string_view state, double hosts) {
      page.add({{"label", key}, {"value", value}, {"state", state}}, hosts);
    };
    add("healthy", counts.healthy);
    add("failing", counts.failing);
    add("silent", counts.silent);
    add("missing", counts.missing);
    add("unknown",
        1.0 * counts.registered - counts.healthy - counts.failing - counts.silent - counts.missing);
  });
  page.gauge("flatline_group_marked_hosts", "Hosts of a group that are warning or drained.");
  for_each_group(groups, [&](std::string_view key, std::string_view value, const Group& group) {
    page.add({{"label", key}, {"value", value}, {"mark", "warning"}}, group.counts.warning);
    page.add({{"label", key}, {"value", value}, {"mark", "drained"}}, group.counts.drained);
  });
  page.gauge("flatline_group_judged_hosts", "Hosts of a group that are known and not drained.");
  add_for_each_group(groups, page, [](const Group& group) { return group.judged; });
  page.gauge("flatline_group_judged_healthy_hosts", "Those of the judged that are healthy.");
  add_for_each_group(groups, page, [](const Group& group) { return group.judged_healthy; });
}

/// Hosts that are in no group that is told apart.
void add_group_rest(const ViewHead& head, const GroupTable& groups, MetricPage& page) {
  const auto add = [&](const auto& value) {
    for (const KeyGroups& key : groups.keys) {
      if (!key.key.empty()) page.add({{"label", key.key.view()}}, value(key));
    }
  };
  page.gauge("flatline_group_other_hosts", "Hosts whose value has no place of its own.");
  add([](const KeyGroups& key) { return key.places[kOtherPlace].counts.registered; });
  page.gauge("flatline_group_unlabelled_hosts", "Hosts that have no such label.");
  add([&](const KeyGroups& key) {
    std::uint32_t labelled = 0;
    for (const Group& group : key.places) labelled += group.counts.registered;
    return head.counts.hosts - std::min(labelled, head.counts.hosts);
  });
}

/// The states of a check that has come to be one, and what they are called here.
struct NamedState {
  CheckState state;
  std::string_view name;
};
constexpr std::array<NamedState, 5> kStates = {{{CheckState::kOk, "ok"},
                                                {CheckState::kWarning, "warning"},
                                                {CheckState::kCritical, "critical"},
                                                {CheckState::kUnknown, "unknown"},
                                                {CheckState::kPending, "pending"}}};

void add_flags(const ViewHead& head, MetricPage& page) {
  page.gauge("flatline_flag", "Whether the flag is set.");
  for (std::size_t i = 0; i < kFlags; ++i) page.add({{"flag", kFlagNames[i]}}, bit(head.flags, i));
  page.gauge("flatline_doubt", "Whether this is why the collector is blind.");
  for (std::size_t i = 0; i < kDoubts; ++i) {
    page.add({{"doubt", kDoubtNames[i]}}, bit(head.doubts, i));
  }
}

}  // namespace

void add_fleet_metrics(const ViewHead& head, Instant now, MetricPage& page) {
  const Counts& counts = head.counts;
  page.gauge("flatline_hosts", "Hosts by state; the sum is all that are registered.");
  page.add({{"state", "healthy"}}, counts.healthy);
  page.add({{"state", "failing"}}, counts.failing);
  page.add({{"state", "silent"}}, counts.silent);
  page.add({{"state", "unknown"}}, counts.unknown);
  page.add({{"state", "expected"}}, counts.expected);
  page.add({{"state", "missing"}}, counts.missing);
  page.gauge("flatline_hosts_marked", "Hosts that have this beside their state.");
  page.add({{"mark", "warning"}}, counts.warning);
  page.add({{"mark", "drained"}}, counts.drained);
  page.add({{"mark", "flapping"}}, counts.flapping);
  page.add({{"mark", "conflict"}}, counts.conflict);
  page.gauge("flatline_hosts_down", "Hosts that are known, not healthy and not drained.",
             head.down);
  page.gauge("flatline_hosts_registered", "Hosts that have a slot.", counts.hosts);
  page.gauge("flatline_capacity_hosts", "Slots of the collector.", head.capacity);
  add_flags(head, page);
  page.gauge("flatline_view_age_seconds", "How long ago the newest view was made.",
             age_seconds(head.at, now));
  page.gauge("flatline_tombstones", "Hosts that are forgotten and kept out.", head.tombstones);
  page.gauge("flatline_revocations", "Hosts with a revoked credential.", head.revocations);
  page.counter("flatline_hosts_forgotten_total",
               "Hosts that gave up their slots for their silence.",
               static_cast<double>(head.forgotten));
}

void add_group_metrics(const ViewHead& head, const GroupTable& groups, const Causes& causes,
                       MetricPage& page) {
  add_group_hosts(groups, page);
  page.gauge("flatline_group_below", "Whether the quorum of a group that has one does not hold.");
  for_each_group(groups, [&](std::string_view key, std::string_view value, const Group& group) {
    if (!has_quorum(group)) return;
    page.add({{"label", key}, {"value", value}},
             bit(group.flags, static_cast<std::size_t>(GroupFlag::kBelow)));
  });
  page.gauge("flatline_group_panic", "Whether too few hosts of a group are healthy.");
  add_for_each_group(groups, page, [](const Group& group) {
    return bit(group.flags, static_cast<std::size_t>(GroupFlag::kPanic));
  });
  page.gauge("flatline_group_cause", "Whether a group is what failing or silent hosts share.");
  const auto keys = causes_of(causes, CauseKind::kLabel);
  for_each_group(groups, [&](std::string_view key, std::string_view value, const Group&) {
    page.add({{"label", key}, {"value", value}}, keys.contains(fmt::format("{}={}", key, value)));
  });
  add_group_rest(head, groups, page);
  page.gauge("flatline_labels_uncounted", "Labels of hosts that found no room in the last census.",
             causes.labels_refused);
}

void add_check_metrics(const CheckCounts& checks, const Causes& causes, MetricPage& page) {
  page.gauge("flatline_check_hosts", "Hosts that report, by the state of this check.");
  for (std::uint32_t i = 0; i < checks.counted; ++i) {
    for (const auto& [state, name] : kStates) {
      page.add({{"check", checks.checks[i].name.view()}, {"state", name}},
               checks.checks[i].in(state));
    }
  }
  page.gauge("flatline_check_cause", "Whether this check is what failing hosts share.");
  const auto keys = causes_of(causes, CauseKind::kCheck);
  for (std::uint32_t i = 0; i < checks.counted; ++i) {
    const std::string_view name = checks.checks[i].name.view();
    page.add({{"check", name}}, keys.contains(std::string(name)));
  }
  page.gauge("flatline_check_other_hosts", "The same, of all checks that are not told apart.");
  for (const auto& [state, name] : kStates) page.add({{"state", name}}, checks.other.in(state));
}

}  // namespace flatline
