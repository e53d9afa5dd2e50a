// What an oracle holds against a collector at each tick.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "tests/simulation/oracle.h"

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

/// So many snapshots of an older epoch within a window are a conflict.
constexpr int kConflict = 3;

bool in(const View& view, Plane plane, std::uint32_t slot) {
  return (view.plane(plane)[slot / 64] >> (slot % 64) & 1) != 0;
}

/// The value of the label by which the collector groups: all hosts have it, first.
std::string_view role_of(const Labels& labels) {
  constexpr std::string_view kKey = "role=";
  const std::string_view label = labels.view().substr(0, labels.view().find(','));
  return label.starts_with(kKey) ? label.substr(kKey.size()) : std::string_view{};
}

}  // namespace

void Oracle::ticked(const WorldMoment& here, const View& view, const HostTable& table) {
  wake(here);
  const std::uint64_t handed_in =
      std::accumulate(outcomes_.begin(), outcomes_.end(), std::uint64_t{0}) + forged_;
  const OutcomeCounts& counted = view.head.outcomes;
  if (std::accumulate(counted.begin(), counted.end(), std::uint64_t{0}) != handed_in ||
      !std::ranges::equal(counted, outcomes_, std::ranges::greater_equal{})) {
    complain("the counters", "do not add up to what was handed in");
  }
  hold_groups(view);
  for (auto& [agent, host] : hosts_) {
    const auto slot = table.find(agent);
    HostRecord record;
    if (slot.has_value() != host.registered) {
      complain(host.name, host.registered ? "is not registered" : "is registered");
    }
    if (!slot || !host.registered || !table.read(*slot, record)) continue;
    const bool reporting = in(view, Plane::kReporting, *slot);
    const bool conflict = in(view, Plane::kConflict, *slot);
    hold_record(host, record);
    hold_silence(host, reporting);
    const bool healthy = reporting && (!host.shown || host.shown->healthy);
    if (host.shown && in(view, Plane::kHealthy, *slot) != healthy) {
      complain(host.name, "is not as healthy as it says");
    }
    hold_conflict(host, conflict);
    hold_drain(host, in(view, Plane::kDrained, *slot));
    if (!reporting && !conflict) hold_speech(host, view, record);
  }
}

/// Every honest host that was heard is counted in the group of its role, and in no other. Whoever
/// changes his labels all the time is in one group at a time, as anybody else.
void Oracle::hold_groups(const View& view) {
  const KeyGroups& groups = view.groups.keys[0];
  std::map<std::string_view, std::uint32_t> honest;
  std::uint32_t others = 0;
  for (const auto& [agent, host] : hosts_) {
    if (!host.registered) continue;
    if (host.honest && host.shown && host.is_grouped) {
      ++honest[role_of(host.shown->labels)];
    } else {
      ++others;  // Liars, and those that are in no group yet.
    }
  }
  for (const auto& [role, count] : honest) {
    if (role.empty()) continue;
    const auto place = groups.place_of(LabelText{role});
    const std::uint32_t counted = place ? groups.places[*place].counts.registered : 0;
    if (counted < count || counted > count + others) {
      complain("the group of " + std::string(role), "has not the hosts of this role",
               fmt::format("{} instead of {}", counted, count));
    }
  }
  std::uint32_t counted = 0;
  std::uint32_t foreign = 0;
  for (const Group& group : groups.places) {
    counted += group.counts.registered;
    foreign += !group.value.empty() && !honest.contains(group.value.view()) ? 1 : 0;
  }
  if (counted > view.head.counts.hosts) complain("the groups", "count more hosts than there are");
  if (foreign > others) complain("the groups", "one host has several places");
}

void Oracle::hold_record(const Belief& host, const HostRecord& record) {
  if (!host.shown || Place{record.epoch, record.sequence} == *host.newest) return;
  complain(host.name, "another snapshot is shown than the newest that counted");
}

/// A host is reporting until a window after its last snapshot that counted in time, not longer and
/// not shorter.
void Oracle::hold_silence(const Belief& host, bool reporting) {
  const Instant now = fleet_time();
  if (reporting && now > host.reports_until + kRounding) {
    complain(host.name, "is reporting, though its window is over");
  }
  if (!reporting && host.shown && host.honest && now + kRounding < host.reports_until) {
    complain(host.name, "is silent within its window");
  }
}

/// A drain ends by the collector's wall clock, in whole seconds.
void Oracle::hold_drain(const Belief& host, bool drained) {
  const Milliseconds left = host.drained_until - last_.clocks.wall;
  if (drained && left < -1s) complain(host.name, "is drained, though the drain is over");
  if (!drained && left > 1s) complain(host.name, "is not drained any more");
}

/// While an older epoch goes on, three times within a window, the host is in conflict; and only
/// then, until a window later. Two older epochs are remembered; of more at a time, none is
/// promised.
void Oracle::hold_conflict(Belief& host, bool conflict) {
  const Instant now = fleet_time();
  const Duration most = 2 * window(host) + promises_.tick;
  std::erase_if(host.older, [&](const Older& one) { return one.at <= now - most; });
  const auto spoke = std::ranges::count_if(host.older, &Older::spoke);
  if (conflict && spoke < kConflict && host.honest) {
    complain(host.name, "is in conflict, though no older epoch goes on");
  }
  std::map<std::uint64_t, int> goes_on;
  for (const Older& one : host.older) {
    if (one.at > now - window(host) + kRounding) goes_on[one.epoch] += one.goes_on ? 1 : 0;
  }
  const bool one_goes_on =
      std::ranges::any_of(goes_on, [](const auto& epoch) { return epoch.second >= kConflict; });
  if (one_goes_on && goes_on.size() <= 2 && !conflict && host.honest) {
    complain(host.name, "an older epoch goes on, and no conflict is said");
  }
}

/// A host is never merely silent while it speaks: it is in conflict, late with its lag, or named in
/// a notice.
void Oracle::hold_speech(const Belief& host, const View& view, const HostRecord& record) {
  if (!host.honest) return;
  if (!host.refused_at || *host.refused_at <= fleet_time() - window(host)) return;
  if (record.lag > window(host)) return;
  const std::span notices(view.head.notices.data(), view.head.notice_count);
  const bool named = std::ranges::any_of(
      notices, [&](const Notice& notice) { return notice.host.view() == host.name; });
  if (!named && notices.size() < kNotices) complain(host.name, "is merely silent while it speaks");
}

}  // namespace flatline::simulation
