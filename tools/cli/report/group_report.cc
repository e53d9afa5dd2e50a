#include "tools/cli/report/group_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "schema/limits.h"
#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

/// A column of counts.
struct Column {
  const char* heading;
  std::uint32_t GroupAnswer::*count;
  Color color;
  bool always;  ///< Shown although nothing is to be counted.
};
constexpr Column kColumns[] = {
    {"HOSTS", &GroupAnswer::hosts, Color::kNone, true},
    {"HEALTHY", &GroupAnswer::healthy, Color::kGreen, true},
    {"FAILING", &GroupAnswer::failing, Color::kRed, true},
    {"SILENT", &GroupAnswer::silent, Color::kMagenta, true},
    {"MISSING", &GroupAnswer::missing, Color::kMagenta, false},
    {"WARNING", &GroupAnswer::warning, Color::kYellow, false},
    {"DRAINED", &GroupAnswer::drained, Color::kGray, false},
};

Cell verdict_cell(const GroupAnswer& group) {
  std::string text;
  const bool below = is_said(group, "below");
  if (group.has_quorum()) text = fmt::format("{} {}", below ? "below" : "has", quorum_text(group));
  const bool panics = is_said(group, "panic");
  if (panics) text += text.empty() ? "panic" : "; panic";
  return {text, below || panics ? Color::kRed : Color::kNone};
}

/// How many hosts are in no group of a key; a sentence a key that has such hosts.
std::string unlabelled_text(const GroupsAnswer& answer) {
  std::string text;
  for (const GroupKeyAnswer& key : answer.keys) {
    if (key.unlabelled == 0) continue;
    text += fmt::format("{} {} no {}.\n", key.unlabelled,
                        key.unlabelled == 1 ? "host has" : "hosts have", to_plain_utf8(key.key));
  }
  return text;
}

std::string names_text(const std::vector<std::string>& names, std::uint32_t count) {
  std::string text = join_plain(fold_names(names), ", ");
  if (count > names.size()) text += fmt::format(" and {} more", count - names.size());
  return text;
}

}  // namespace

std::vector<GroupAnswer> worst_first(const GroupsAnswer& answer) {
  std::vector<GroupAnswer> groups = answer.groups;
  for (const GroupKeyAnswer& key : answer.keys) {
    if (key.other) groups.push_back(*key.other);
  }
  const auto badness = [](const GroupAnswer& group) {
    const bool below = is_said(group, "below");
    // Nothing is worse than a group that must be there and is not.
    const double share = group.judged == 0 ? (below ? 1.0 : 0.0)
                                           : static_cast<double>(down_in(group)) / group.judged;
    return std::make_tuple(below, is_said(group, "panic"), share, down_in(group));
  };
  std::sort(groups.begin(), groups.end(), [&](const GroupAnswer& one, const GroupAnswer& other) {
    const auto first = badness(one);
    const auto second = badness(other);
    return first != second ? first > second : natural_less(group_text(one), group_text(other));
  });
  return groups;
}

std::string group_text(const GroupAnswer& group) {
  return to_plain_utf8(
      fmt::format("{}={}", group.key, group.value.empty() ? "(other)" : group.value));
}

std::string quorum_text(const GroupAnswer& group) {
  std::string text;
  if (group.quorum_healthy_percent) text = fmt::format("{} %", *group.quorum_healthy_percent);
  if (group.quorum_at_least) {
    text += fmt::format("{}{} healthy", text.empty() ? "" : " and ", *group.quorum_at_least);
  } else {
    text += " healthy";
  }
  return text;
}

bool is_said(const GroupAnswer& group, const char* flag) {
  return std::find(group.flags.begin(), group.flags.end(), flag) != group.flags.end();
}

std::uint32_t down_in(const GroupAnswer& group) {
  return group.judged - std::min(group.judged, group.judged_healthy);
}

std::string report_groups(const GroupsAnswer& answer, bool colored, std::size_t columns) {
  if (answer.keys.empty()) {
    return wrap_lines("This collector groups hosts by no label (group_by in its configuration).\n",
                      columns);
  }
  const std::vector<GroupAnswer> groups = worst_first(answer);
  if (groups.empty()) return "No host is in a group.\n" + unlabelled_text(answer);
  std::vector<std::string> headings = {"GROUP"};
  std::vector<Column> shown;
  for (const Column& column : kColumns) {
    const auto counts = [&](const GroupAnswer& group) { return group.*column.count > 0; };
    if (!column.always && std::none_of(groups.begin(), groups.end(), counts)) continue;
    shown.push_back(column);
    headings.emplace_back(column.heading);
  }
  headings.emplace_back("QUORUM");
  Table table(std::move(headings));
  for (const GroupAnswer& group : groups) {
    std::vector<Cell> cells = {{group_text(group)}};
    for (const Column& column : shown) {
      const std::uint32_t count = group.*column.count;
      cells.push_back({std::to_string(count), count > 0 ? column.color : Color::kNone, true});
    }
    cells.push_back(verdict_cell(group));
    table.add(std::move(cells));
  }
  return table.print(colored, columns) + wrap_lines(unlabelled_text(answer), columns);
}

std::string report_group_names(const GroupsAnswer& answer) {
  std::string text;
  for (const GroupAnswer& group : worst_first(answer)) {
    if (!group.value.empty()) text += group_text(group) + "\n";
  }
  return text;
}

std::string report_group_troubles(const SummaryAnswer& summary, bool colored) {
  const auto& groups = summary.groups;
  std::string text;
  if (groups.below > 0) {
    text += fmt::format("  {}: {}\n", paint("below quorum", Color::kRed, colored),
                        names_text(groups.below_names, groups.below));
  }
  if (groups.panic > 0) {
    text += fmt::format("  {}: {}\n", paint("groups in panic", Color::kYellow, colored),
                        names_text(groups.panic_names, groups.panic));
  }
  for (const CountAnswer& other : groups.other) {
    text += fmt::format(
        "  groups: {:.0f} hosts are under other, beyond the {} values of {} that "
        "are told apart\n",
        other.count, kGroupValues, to_plain_utf8(other.name));
  }
  return text;
}

}  // namespace flatline::cli
