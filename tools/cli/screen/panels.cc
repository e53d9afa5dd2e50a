#include "tools/cli/screen/panels.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "schema/wire/text.h"
#include "tools/cli/report/checks_report.h"
#include "tools/cli/report/group_report.h"
#include "tools/cli/report/report.h"

namespace flatline::cli::screen {
namespace {

constexpr std::size_t kWordColumns = 8;
constexpr std::size_t kNumberColumns = 8;
constexpr std::size_t kShareColumns = 8;

/// A bar of eighths of characters. Where there is anything at all, it is seen.
std::string bar(std::uint32_t part, std::uint32_t whole, std::size_t columns) {
  constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (whole == 0 || part == 0) return {};
  const double share = std::min(1.0, static_cast<double>(part) / whole);
  const auto eighths = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::lround(8 * share * static_cast<double>(columns))));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + std::string(kEighths[eighths % 8]);
}

/// 99.95 % and more is not all, and what is told as all is all.
std::string share_text(std::uint32_t part, std::uint32_t whole) {
  if (whole == 0) return "";
  const double percent = 100.0 * part / whole;
  if (part < whole && percent >= 99.95) return ">99.9 %";
  if (part > 0 && percent < 0.05) return "<0.1 %";
  return fmt::format("{:.1f} %", percent);
}

/// A number, with a space before it. One that has no room is told in thousands.
std::string number_text(std::uint32_t count, std::size_t columns) {
  const std::string text = std::to_string(count);
  return right(text.size() < columns ? text : fmt::format("{}k", count / 1000), columns);
}

Run number_run(std::uint32_t count, std::size_t columns, Color color) {
  return {number_text(count, columns), {count > 0 ? color : Color::kGray}};
}

/// How wide columns of numbers are: five digits fit where there is little room.
std::size_t number_columns(std::size_t columns) {
  return columns < 44 ? 6 : 8;
}

Look heading_look() {
  return {Color::kGray};
}

/// A number of a group, with its heading.
struct GroupColumn {
  const char* heading;
  std::uint32_t GroupAnswer::*count;
  Color color;
};
/// In the order in which they find room.
constexpr GroupColumn kGroupColumns[] = {{"failing", &GroupAnswer::failing, Color::kRed},
                                         {"silent", &GroupAnswer::silent, Color::kMagenta},
                                         {"missing", &GroupAnswer::missing, Color::kMagenta},
                                         {"warning", &GroupAnswer::warning, Color::kYellow},
                                         {"drained", &GroupAnswer::drained, Color::kGray}};
constexpr std::size_t kVerdictColumns = 6;
/// From so many columns on, what a quorum asks for is told, too.
constexpr std::size_t kQuorumColumns = 26;

std::string verdict_of(const GroupAnswer& group) {
  if (is_said(group, "below")) return "BELOW";
  return is_said(group, "panic") ? "PANIC" : "";
}

/// How much of a list of groups finds room.
struct GroupLayout {
  std::size_t name = 0;
  std::size_t number = 0;
  std::size_t columns = 0;  ///< So many of kGroupColumns.
  bool has_quorum = false;
};

GroupLayout layout_groups(std::size_t columns) {
  GroupLayout layout;
  constexpr std::size_t kName = 18;
  layout.number = number_columns(columns);
  const std::size_t always = 2 * layout.number + 1 + kVerdictColumns;
  layout.name = columns > always + 6 ? columns - always : 6;
  while (layout.columns < std::size(kGroupColumns) && layout.name >= kName + layout.number) {
    ++layout.columns;
    layout.name -= layout.number;
  }
  layout.has_quorum = layout.name >= kName + kQuorumColumns;
  if (layout.has_quorum) layout.name -= kQuorumColumns;
  return layout;
}

Line group_line(const GroupAnswer& group, const std::string& key, const GroupLayout& layout,
                bool has_quorums) {
  const std::string name =
      key.empty() ? group_text(group) : group_text(group).substr(key.size() + 1);
  const std::uint32_t down = down_in(group);
  Line line = {{left(name, layout.name), {Color::kNone, down > 0}},
               number_run(down, layout.number, Color::kRed),
               {number_text(group.judged, layout.number), {}}};
  for (std::size_t i = 0; i < layout.columns; ++i) {
    line.push_back(
        number_run(group.*kGroupColumns[i].count, layout.number, kGroupColumns[i].color));
  }
  line.push_back({" " + left(verdict_of(group), kVerdictColumns), {Color::kRed, true}});
  if (layout.has_quorum && has_quorums && group.has_quorum()) {
    line.push_back({cut("wants " + quorum_text(group), kQuorumColumns), heading_look()});
  }
  return line;
}

Look look_of(Mark mark) {
  return {kGlyphs[mark].color};
}

/// A slot without a host is a host that was not there yet, or has gone.
std::string word_of(Mark mark, const char* nobody) {
  return mark == kFree ? nobody : std::string(kGlyphs[mark].word);
}

}  // namespace

std::vector<Line> counts(const SummaryAnswer& summary, std::size_t columns) {
  constexpr std::size_t kBefore = 1 + kWordColumns + kNumberColumns + kShareColumns + 1;
  const std::size_t room = columns > kBefore ? columns - kBefore : 0;
  std::vector<Line> lines;
  const auto add = [&](const char* word, std::uint32_t count, Color color) {
    const Look look{count > 0 ? color : Color::kGray};
    lines.push_back({{" " + left(word, kWordColumns), look},
                     {right(std::to_string(count), kNumberColumns), {look.color, count > 0}},
                     {right(share_text(count, summary.hosts), kShareColumns) + " ", look},
                     {bar(count, summary.hosts, room), look}});
  };
  add("healthy", summary.healthy, Color::kGreen);
  add("failing", summary.failing, Color::kRed);
  add("silent", summary.silent, Color::kMagenta);
  add("missing", summary.missing, Color::kMagenta);
  add("unknown", summary.unknown + summary.expected, Color::kNone);
  add("warning", summary.warning, Color::kYellow);
  add("drained", summary.drained, Color::kNone);
  return lines;
}

List groups(const Fleet& fleet, const std::string& key, std::size_t columns) {
  const GroupLayout layout = layout_groups(columns);
  List list{key.empty() ? "groups" : "by " + to_plain_utf8(key), layout.name, {}, {}};
  std::string headings = right("down", layout.number) + right("of", layout.number);
  for (std::size_t i = 0; i < layout.columns; ++i) {
    headings += right(kGroupColumns[i].heading, layout.number);
  }
  list.headings = {{headings, heading_look()}};
  for (const GroupAnswer& group : fleet.groups) {
    if (!key.empty() && group.key != key) continue;
    list.lines.push_back(group_line(group, key, layout, fleet.has_quorums));
  }
  if (list.lines.empty()) list.lines.push_back({{"No host is in a group.", heading_look()}});
  return list;
}

std::vector<Line> notes(const SummaryAnswer& summary, bool is_past, std::size_t columns) {
  // Whether to believe the picture comes first, then what is behind it, then whom it hits.
  const std::string text = report_flags(summary, true) + report_causes(summary, true) +
                           report_group_troubles(summary, true) + report_upkeep(summary);
  if (!text.empty()) return lines_of(text, columns);
  const char* const calm =
      is_past ? "  No flag was set. Of the past, causes and quorums are not stored."
              : "  Nothing: no flag, no group below its quorum, no cause.";
  return {{{calm, heading_look()}}};
}

List changes(const std::vector<Change>& changes, const std::string& none, std::size_t columns) {
  constexpr std::size_t kTimeColumns = 10;
  constexpr std::size_t kWayColumns = 19;
  constexpr std::size_t kHostColumns = 8;
  constexpr std::size_t kBefore = kTimeColumns + kWayColumns + kHostColumns + 2;
  List list{
      "changes", kTimeColumns + kWayColumns, {{right("hosts", kHostColumns), heading_look()}}, {}};
  for (const Change& change : changes) {
    const std::string way = word_of(change.before, "new") + " → " + word_of(change.after, "gone");
    const std::string count = fmt::format("{}{}", change.is_part ? ">" : "", change.hosts);
    Line line = {{left(change.time, kTimeColumns), heading_look()},
                 {left(way, kWayColumns), look_of(change.after)},
                 {right(count, kHostColumns) + "  ", {Color::kNone, true}}};
    if (columns > kBefore) line.push_back({cut(change.names, columns - kBefore), {}});
    list.lines.push_back(std::move(line));
  }
  if (list.lines.empty()) list.lines.push_back({{none, heading_look()}});
  return list;
}

List checks(const CheckPageAnswer& page, std::size_t columns) {
  const std::size_t number = number_columns(columns);
  const std::size_t name = columns > 3 * number + 6 ? columns - 3 * number : 6;
  List list{"checks",
            name,
            {{right("fail", number) + right("warn", number) + right("of", number), heading_look()}},
            {}};
  const auto add = [&](const std::string& text, const CheckCountAnswer& check) {
    const std::uint32_t failing = check.critical + check.unknown;
    list.lines.push_back({{left(text, name), {Color::kNone, failing > 0}},
                          number_run(failing, number, Color::kRed),
                          number_run(check.warning, number, Color::kYellow),
                          {number_text(check.hosts, number), {}}});
  };
  for (const CheckCountAnswer& check : worst_first(page)) add(to_plain_utf8(check.name), check);
  if (page.other) add("(other)", *page.other);
  if (list.lines.empty()) {
    list.lines.push_back(
        {{page.age_seconds ? "No host that reports has a check." : "They are not counted yet.",
          heading_look()}});
  }
  return list;
}

List no_checks() {
  return {"checks", 8, {}, {{{"Of the past they are not stored.", heading_look()}}}};
}

}  // namespace flatline::cli::screen
