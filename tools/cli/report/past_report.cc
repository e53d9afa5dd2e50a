#include "tools/cli/report/past_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/report/mark.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

constexpr std::string_view kNotWatched = "not watched";
constexpr std::string_view kNotRemembered = "not remembered";

/// The day, `2026-11-23`, and the time of day, `03:14:05Z`, of an answer's time. Both can be typed
/// again as they are printed.
std::string day_of(const std::string& time) {
  return to_plain_utf8(time).substr(0, 10);
}

std::string time_of_day(const std::string& time) {
  const std::string plain = to_plain_utf8(time);
  return plain.size() < 19 ? plain : plain.substr(11, 8) + "Z";
}

double seconds_between(const std::string& from, const std::string& to) {
  const auto begin = parse_rfc3339(from);
  const auto end = parse_rfc3339(to);
  if (!begin || !end) return 0;
  return std::chrono::duration<double>(*end - *begin).count();
}

// --- Diff ---------------------------------------------------------------------------------------

/// The order of the kinds: changed, came, went, and then all others.
std::size_t rank_of(const std::string& kind) {
  if (kind == "changed") return 0;
  return kind == "came" ? 1 : kind == "went" ? 2 : 3;
}

/// The word for a host's state at one of the two moments, and the check that it was laid to. Where
/// `state` is empty, the host was not registered then, as far as is remembered.
std::string state_then(const std::string& state, const std::string& check,
                       const std::string& kind) {
  if (!state.empty()) return with_check(to_plain_utf8(state), state, check);
  return kind == kUnrememberedState ? std::string{kNotRemembered} : kAbsentState;
}

Color color_of_state_then(const std::string& text) {
  return color_of_state(text.substr(0, text.find_first_of(":,")));
}

}  // namespace

std::string report_diff(const DiffAnswer& diff, bool colored, std::size_t columns) {
  std::string text =
      fmt::format("from {} to {}: {} changed, {} came, {} went", to_plain_utf8(diff.from),
                  to_plain_utf8(diff.to), diff.changed, diff.came, diff.went);
  if (diff.unremembered > 0) {
    text += fmt::format(", {} in slots whose hosts of then are not remembered", diff.unremembered);
  }
  text += "\n";
  using Kind = std::tuple<std::size_t, std::string, std::string, std::string>;
  std::map<Kind, std::vector<std::string>> groups;
  for (const HostChangeAnswer& change : diff.changes) {
    groups[{rank_of(change.kind), state_then(change.before, change.check_before, change.kind),
            state_then(change.after, change.check_after, change.kind),
            join_plain(change.beside, " ")}]
        .push_back(name_or_slot(change.name, change.slot));
  }
  Table table({"BEFORE", "AFTER", "BESIDE", "HOSTS"});  // The column that may be long comes last.
  for (auto& [kind, names] : groups) {
    const auto& [rank, before, after, beside] = kind;
    for (const std::string& folded : fold_names(std::move(names))) {
      table.add({{before, color_of_state_then(before)},
                 {after, color_of_state_then(after)},
                 {beside},
                 {folded}});
    }
  }
  text = wrap_lines(text, columns);
  if (!groups.empty()) text += table.print(colored, columns);
  std::string planes;
  for (const CountAnswer& plane : diff.planes) {
    if (plane.count == 0) continue;
    planes += fmt::format("{}{} {:.0f}", planes.empty() ? "" : ", ", to_plain_utf8(plane.name),
                          plane.count);
  }
  if (!planes.empty()) text += fmt::format("slots whose bit differs: {}\n", planes);
  return wrap_lines(text, columns);
}

std::string diff_names(const DiffAnswer& diff) {
  std::vector<std::string> names;
  for (const HostChangeAnswer& change : diff.changes) {
    if (!change.name.empty()) names.push_back(to_plain_utf8(change.name));
  }
  // A host that moved to another slot is in two changes (went, came), but its name is listed once.
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : fold_names(std::move(names))) text += name + "\n";
  return text;
}

// --- One host -----------------------------------------------------------------------------------

namespace {

Mark mark_of(const SpanAnswer& span) {
  if (span.state == kGapState) return kGap;
  if (span.state == kAbsentState) return kFree;
  if (span.drained) return kDrained;
  if (span.state == "silent") return kSilent;
  if (span.state == "missing") return kMissing;
  if (span.state == "expected") return kExpected;
  if (span.state == "failing") return kFailing;
  if (span.state != "healthy") return kUnknown;
  if (span.conflict) return kConflict;
  return span.warning ? kWarning : kHealthy;
}

std::string words_of(const SpanAnswer& span) {
  if (span.state == kGapState) return std::string{kNotWatched};
  if (span.state == kAbsentState) return "not registered";
  if (span.state == kUnrememberedState) return "not remembered who was registered";
  std::string text = to_plain_utf8(span.state);
  if (span.warning) text += ", warning";
  if (span.drained) text += ", drained";
  if (span.flapping) text += ", flapping";
  if (span.conflict) text += ", conflict";
  return with_check(text, span.state, span.check);
}

Color color_of(const SpanAnswer& span) {
  return kGlyphs[mark_of(span)].color;
}

/// The marks of the line's cells. Each shows the worst span that touches its stretch of time, and a
/// gap where there is no span.
std::vector<Mark> cells_of(const HostHistoryAnswer& history, std::size_t columns) {
  const double length = seconds_between(history.from, history.to);
  if (!(length > 0)) return {};
  // There are no more cells than steps, because nothing finer than a step is known.
  double count = static_cast<double>(std::max<std::size_t>(columns, 1));
  if (history.step_seconds > 0) count = std::min(count, std::ceil(length / history.step_seconds));
  count = std::max(count, 1.0);
  std::vector<Mark> cells(static_cast<std::size_t>(count), kFree);
  std::vector<bool> told(cells.size(), false);
  for (const SpanAnswer& span : history.spans) {
    const double begin = seconds_between(history.from, span.from) / length * count;
    const double end = seconds_between(history.from, span.to) / length * count;
    if (!(end > begin)) continue;
    const auto first = static_cast<std::size_t>(std::clamp(std::floor(begin), 0.0, count));
    const auto last = static_cast<std::size_t>(std::clamp(std::ceil(end), 0.0, count));
    for (std::size_t i = first; i < last; ++i) {
      cells[i] = std::max(cells[i], mark_of(span));
      told[i] = true;
    }
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!told[i]) cells[i] = kGap;
  }
  return cells;
}

std::string draw_cells(const std::vector<Mark>& cells, bool colored) {
  std::string text;
  for (std::size_t begin = 0; begin < cells.size();) {
    std::size_t end = begin;
    while (end < cells.size() && cells[end] == cells[begin]) ++end;
    const Glyph& glyph = kGlyphs[cells[begin]];
    text += paint(std::string(end - begin, glyph.character), glyph.color, colored);
    begin = end;
  }
  return text + "\n";
}

std::string legend_of(const std::vector<Mark>& cells, double cell_seconds, bool colored) {
  std::string text;
  for (std::size_t i = kMarks; i-- > kDrained;) {
    if (std::find(cells.begin(), cells.end(), static_cast<Mark>(i)) == cells.end()) continue;
    text += fmt::format("{} {}   ",
                        paint(std::string(1, kGlyphs[i].character), kGlyphs[i].color, colored),
                        kGlyphs[i].word);
  }
  if (std::find(cells.begin(), cells.end(), kFree) != cells.end())
    text += "blank: not registered   ";
  return text + fmt::format("(a character is {} and shows the worst)\n", format_age(cell_seconds));
}

/// The line under the cells, which names the times of their two ends.
std::string draw_axis(const HostHistoryAnswer& history, std::size_t cells) {
  const std::string from = time_of_day(history.from);
  const std::string to = time_of_day(history.to);
  const std::size_t ends = width_of(from) + width_of(to);
  return from + std::string(cells > ends ? cells - ends : 2, ' ') + to + "\n";
}

std::string transitions_of(const HostHistoryAnswer& history, bool colored) {
  std::string text;
  std::string day;
  const SpanAnswer* before = nullptr;
  for (const SpanAnswer& span : history.spans) {
    if (day != day_of(span.from)) {
      day = day_of(span.from);
      text += day + "\n";
    }
    text += "  " + time_of_day(span.from) + "  ";
    // An arrow shows a transition. The begin of a gap is none, because it says nothing of the host.
    if (before != nullptr && span.state != kGapState) {
      text += paint(words_of(*before), color_of(*before), colored) + " → ";
    }
    text += fmt::format("{}  for {}\n", paint(words_of(span), color_of(span), colored),
                        format_age(seconds_between(span.from, span.to)));
    before = &span;
  }
  return text;
}

/// The share of time in which the host was healthy. It is rounded down, so that 100.0 % means all.
std::string share_of(const HostHistoryAnswer& history) {
  std::string text = std::string{kNotWatched} + " at all";
  if (history.watched_seconds > 0) {
    const double share = history.healthy_seconds / history.watched_seconds;
    text = fmt::format("healthy {:.1f} % of the {} watched", std::floor(1000 * share) / 10,
                       format_age(history.watched_seconds));
  }
  if (history.gap_seconds > 0) {
    text += fmt::format("; {} {}", format_age(history.gap_seconds), kNotWatched);
  }
  return text + "\n";
}

}  // namespace

std::string report_host_history(const HostHistoryAnswer& history, std::size_t columns,
                                bool colored) {
  std::string text = fmt::format("{} from {} to {}\n", to_plain_utf8(history.name),
                                 to_plain_utf8(history.from), to_plain_utf8(history.to));
  const std::vector<Mark> cells = cells_of(history, columns);
  if (!cells.empty()) {
    const double length = seconds_between(history.from, history.to);
    text += "\n" + draw_cells(cells, colored) + draw_axis(history, cells.size());
    text += legend_of(cells, length / static_cast<double>(cells.size()), colored) + "\n";
  }
  return text + transitions_of(history, colored) + share_of(history);
}

std::string report_host_then(const HostThenAnswer& host, bool colored, std::size_t columns) {
  SpanAnswer span;
  span.state = host.state;
  span.warning = host.warning;
  span.drained = host.drained;
  span.flapping = host.flapping;
  span.conflict = host.conflict;
  span.check = host.check;
  Table facts({"", ""});
  facts.add({{"host"}, {to_plain_utf8(host.name)}});
  facts.add({{"state"}, {words_of(span), color_of_state(host.state)}});
  facts.add({{"stored"}, {fmt::format("{}, slot {}", to_plain_utf8(host.time), host.slot)}});
  return facts.print(colored, columns);
}

// --- The fleet ----------------------------------------------------------------------------------

namespace {

/// The columns of the fleet's history. The states that few fleets have are shown where any row has
/// them.
struct StateColumn {
  const char* heading;
  std::uint32_t FleetPointAnswer::*count;
  Color color;
  bool always;
};
constexpr StateColumn kStateColumns[] = {
    {"HEALTHY", &FleetPointAnswer::healthy, Color::kGreen, true},
    {"FAILING", &FleetPointAnswer::failing, Color::kRed, true},
    {"SILENT", &FleetPointAnswer::silent, Color::kMagenta, true},
    {"UNKNOWN", &FleetPointAnswer::unknown, Color::kGray, true},
    {"EXPECTED", &FleetPointAnswer::expected, Color::kGray, false},
    {"MISSING", &FleetPointAnswer::missing_hosts, Color::kMagenta, false}};

std::vector<StateColumn> columns_of(const FleetHistoryAnswer& history) {
  std::vector<StateColumn> columns;
  for (const StateColumn& column : kStateColumns) {
    const bool any = std::any_of(history.points.begin(), history.points.end(),
                                 [&](const auto& point) { return point.*column.count > 0; });
    if (column.always || any) columns.push_back(column);
  }
  return columns;
}

std::string beside_of(const FleetPointAnswer& point) {
  std::string text = join_plain(point.flags, ", ");
  if (point.missing > 0) {
    text += fmt::format("{}{} of {} steps {}", text.empty() ? "" : "; ", point.missing,
                        std::uint64_t{point.missing} + point.steps, kNotWatched);
  }
  return text;
}

}  // namespace

std::string report_fleet_history(const FleetHistoryAnswer& history, bool colored,
                                 std::size_t columns) {
  std::string text =
      fmt::format("{}{}from {} to {}; each row the worst of {}\n", to_plain_utf8(history.group),
                  history.group.empty() ? "" : " ", to_plain_utf8(history.from),
                  to_plain_utf8(history.to), format_age(history.bucket_seconds));
  if (history.points.empty()) return text + "Nothing was stored.\n";
  const std::vector<StateColumn> states = columns_of(history);
  std::vector<std::string> headings = {"TIME"};
  for (const StateColumn& column : states) headings.emplace_back(column.heading);
  headings.insert(headings.end(), {"HOSTS", "FLAGS"});
  Table table(headings);
  const auto& points = history.points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const FleetPointAnswer& point = points[i];
    const std::string& time = point.time.empty() ? point.from : point.time;
    std::vector<Cell> row = {{day_and_time(time)}};
    if (point.time.empty()) {
      // All that follow without a step are one gap.
      while (i + 1 < points.size() && points[i + 1].time.empty()) ++i;
      const std::string& end = i + 1 < points.size() ? points[i + 1].from : history.to;
      row.resize(states.size() + 2);
      row.push_back({fmt::format("{} until {}", kNotWatched, time_of_day(end)), Color::kGray});
      table.add(std::move(row));
      continue;
    }
    for (const StateColumn& column : states) {
      const std::uint32_t count = point.*column.count;
      row.push_back({std::to_string(count), count > 0 ? column.color : Color::kNone, true});
    }
    row.push_back({std::to_string(point.hosts), Color::kNone, true});
    row.push_back({beside_of(point), Color::kYellow});
    table.add(std::move(row));
  }
  return wrap_lines(text, columns) + table.print(colored, columns);
}

}  // namespace flatline::cli
