#include "tools/cli/report/between_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/report/contexts_report.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

constexpr std::string_view kAbsent = "absent";

/// The byte of a slot's planes, as host_state_of() reads it.
std::uint8_t planes_of(const SlotsAnswer& slots, std::uint32_t slot) {
  const auto has = [&](Plane plane) {
    return (slots.plane(plane)[slot / 64] >> (slot % 64) & 1) != 0;
  };
  std::uint8_t byte = 0;
  for (std::size_t i = 0; i < kSlotPlanes; ++i) {
    const auto plane = static_cast<Plane>(i);
    const bool is_reported = plane != Plane::kWarning && plane != Plane::kConflict;
    if (is_reported && has(plane)) byte |= plane_bit(plane);
  }
  // A byte tells an awaited host by the bit of its conflict (planes.h).
  if (has(Plane::kAwaited)) byte |= plane_bit(Plane::kConflict);
  return byte;
}

std::vector<std::string> flags_of(const SlotsHeader& header) {
  std::vector<std::string> flags;
  for (std::size_t i = 0; i < kFlags; ++i) {
    if ((header.flags >> i & 1) != 0) flags.emplace_back(kFlagNames[i]);
  }
  return flags;
}

double age_seconds(const SlotsHeader& header) {
  return header.age_ms / 1000.0;
}

std::string side_text(const CollectorSide& side) {
  std::string text = fmt::format("{}: {} hosts, a view {} old", side.name, side.hosts,
                                 format_age(age_seconds(side.header)));
  if (const auto flags = flags_of(side.header); !flags.empty()) text += ", " + join(flags, " ");
  return text + "\n";
}

/// The hosts by what the two say of them; those of which most is said so come first.
using Groups = std::map<std::pair<Standing, Standing>, std::vector<std::string>>;
using Group = Groups::value_type;
std::vector<const Group*> in_order(const Groups& groups) {
  std::vector<const Group*> order;
  for (const Group& group : groups) order.push_back(&group);
  std::stable_sort(order.begin(), order.end(), [](const Group* one, const Group* other) {
    return one->second.size() > other->second.size();
  });
  return order;
}

Groups groups_of(const BetweenTold& told) {
  Groups groups;
  for (const HostDifference& host : told.hosts) {
    groups[{host.first, host.second}].push_back(host.name);
  }
  return groups;
}

std::string heading_of(const CollectorSide& side) {
  std::string text = side.name;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string side_json(const CollectorSide& side) {
  std::string flags;
  for (const std::string& flag : flags_of(side.header)) {
    flags += (flags.empty() ? "" : ",") + json_text(flag);
  }
  return fmt::format(
      R"({{"name":{},"address":{},"hosts":{},"tick":{},"time":{},"view_age_seconds":{:.3f},)"
      R"("flags":[{}]}})",
      json_text(side.name), json_text(side.api), side.hosts, side.header.tick,
      json_text(format_rfc3339(side.header.time)), age_seconds(side.header), flags);
}

std::string standing_json(const Standing& standing) {
  return fmt::format(R"({{"state":{},"drained":{}}})", json_text(standing.state()),
                     standing.is_drained());
}

}  // namespace

std::string Standing::state() const {
  if (byte_ == 0) return std::string{kAbsent};
  return std::string{host_state_name(static_cast<HostState>((byte_ - 1) / 2))};
}

std::string Standing::text() const {
  return state() + (is_drained() ? ", drained" : "");
}

std::vector<HostStanding> standings_of(const SlotsAnswer& slots, std::span<const SlotName> names) {
  std::vector<HostStanding> hosts;
  hosts.reserve(names.size());
  for (const SlotName& name : names) {
    if (name.slot >= slots.header.capacity) continue;
    const std::uint8_t byte = planes_of(slots, name.slot);
    // It went between the names and the view.
    if (!is_in(byte, Plane::kRegistered)) continue;
    hosts.push_back({name.name, {host_state_of(byte), is_in(byte, Plane::kDrained)}});
  }
  const auto by_name = [](const HostStanding& one, const HostStanding& other) {
    return one.name < other.name;
  };
  std::stable_sort(hosts.begin(), hosts.end(), by_name);
  const auto is_same = [](const HostStanding& one, const HostStanding& other) {
    return one.name == other.name;
  };
  hosts.erase(std::unique(hosts.begin(), hosts.end(), is_same), hosts.end());
  return hosts;
}

std::vector<HostDifference> differences(std::span<const HostStanding> first,
                                        std::span<const HostStanding> second, std::size_t& agreed) {
  std::vector<HostDifference> different;
  agreed = 0;
  for (std::size_t i = 0, j = 0; i < first.size() || j < second.size();) {
    const int order = i == first.size()    ? 1
                      : j == second.size() ? -1
                                           : first[i].name.compare(second[j].name);
    const Standing at_first = order <= 0 ? first[i].standing : Standing{};
    const Standing at_second = order >= 0 ? second[j].standing : Standing{};
    if (at_first == at_second) {
      ++agreed;
    } else {
      different.push_back({order <= 0 ? first[i].name : second[j].name, at_first, at_second});
    }
    i += order <= 0 ? 1 : 0;
    j += order >= 0 ? 1 : 0;
  }
  return different;
}

std::vector<HostDifference> lasting(std::span<const HostDifference> before,
                                    std::vector<HostDifference> now) {
  std::erase_if(now, [&](const HostDifference& host) {
    const auto found = std::lower_bound(
        before.begin(), before.end(), host.name,
        [](const HostDifference& one, const std::string& name) { return one.name < name; });
    return found == before.end() || found->name != host.name;
  });
  return now;
}

std::string report_between(const BetweenTold& told, bool colored, std::size_t columns) {
  std::string text = side_text(told.first) + side_text(told.second);
  text += told.hosts.empty()
              ? fmt::format("they agree on all {} hosts", told.agreed)
              : fmt::format("they agree on {} hosts and differ on {}, in two readings {} apart",
                            told.agreed, told.hosts.size(), format_age(told.seconds_between));
  if (told.transient > 0) {
    text += fmt::format("; {} more differed in one of them alone", told.transient);
  }
  text = wrap_lines(text + "\n", columns);
  Table table({heading_of(told.first), heading_of(told.second), "COUNT", "HOSTS"});
  const Groups groups = groups_of(told);
  for (const Group* group : in_order(groups)) {
    const auto& [standings, names] = *group;
    Cell count{std::to_string(names.size()), Color::kNone, true};
    for (const std::string& folded : fold_names(names)) {
      table.add({{standings.first.text(), color_of_state(standings.first.state())},
                 {standings.second.text(), color_of_state(standings.second.state())},
                 std::exchange(count, {}),
                 {folded}});
    }
  }
  if (!groups.empty()) text += table.print(colored, columns);
  return text;
}

std::string between_json(const BetweenTold& told) {
  std::string differing;
  const Groups groups = groups_of(told);
  for (const Group* group : in_order(groups)) {
    std::string names;
    for (const std::string& name : group->second) {
      names += (names.empty() ? "" : ",") + json_text(name);
    }
    differing += fmt::format(R"({}{{"first":{},"second":{},"count":{},"hosts":[{}]}})",
                             differing.empty() ? "" : ",", standing_json(group->first.first),
                             standing_json(group->first.second), group->second.size(), names);
  }
  return fmt::format(R"({{"first":{},"second":{},"agree":{},"differ":{},"transient":{},)"
                     R"("seconds_between":{:.3f},"differences":[{}]}})"
                     "\n",
                     side_json(told.first), side_json(told.second), told.agreed, told.hosts.size(),
                     told.transient, told.seconds_between, differing);
}

std::string between_names(const BetweenTold& told) {
  std::vector<std::string> names;
  for (const HostDifference& host : told.hosts) names.push_back(host.name);
  std::string text;
  for (const std::string& name : fold_names(std::move(names))) text += name + "\n";
  return text;
}

}  // namespace flatline::cli
