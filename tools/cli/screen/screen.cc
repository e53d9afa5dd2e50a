#include "tools/cli/screen/screen.h"

#include <fmt/core.h>

#include <algorithm>

#include "tools/cli/report/past_report.h"
#include "tools/cli/report/report.h"
#include "tools/cli/screen/frame.h"
#include "tools/cli/screen/limits.h"
#include "tools/cli/screen/map.h"
#include "tools/cli/screen/panels.h"

namespace flatline::cli::screen {
namespace {

/// Title, headline, and keys at the foot.
constexpr std::size_t kFrameRows = 3;

/// How many lines each part has. They follow from the size alone, so that nothing jumps.
struct Layout {
  std::size_t top = kCountLines;  ///< Counts at the left, groups at the right.
  std::size_t notes = 1;
  std::size_t map = 1;
  std::size_t lists = 1;  ///< Changes at the left, checks at the right.
};

Layout layout_of(Size size) {
  constexpr std::size_t kHeadings = 3;
  Layout layout;
  std::size_t rest = size.rows - kFrameRows - kCountLines - kHeadings;
  constexpr std::size_t kUsual = 11;  // On the usual screen of 24 rows.
  if (rest > kUsual) {
    const std::size_t extra = rest - kUsual;
    layout.top += extra / 4;
    rest -= extra / 4;
  }
  layout.notes = std::max<std::size_t>(1, rest < 20 ? rest * 4 / 11 : 7 + (rest - 20) / 8);
  layout.lists = std::max<std::size_t>(1, rest * 3 / 11);
  layout.map = std::max<std::size_t>(1, rest - std::min(rest, layout.notes + layout.lists));
  return layout;
}

/// Appends `rows` lines from `scroll` on, which is put right where it is too large.
void put_window(std::vector<Line>& into, const std::vector<Line>& lines, std::size_t& scroll,
                std::size_t rows) {
  scroll = std::min(scroll, lines.size() - std::min(lines.size(), rows));
  for (std::size_t i = 0; i < rows; ++i) {
    into.push_back(scroll + i < lines.size() ? lines[scroll + i] : Line{});
  }
}

/// The heading over a part of the screen, `columns` wide: which part it is, which of its lines are
/// in sight where not all are, and the headings of its columns.
Line heading_of(const List& list, bool has_focus, std::size_t first, std::size_t rows,
                std::size_t columns) {
  const std::size_t lines = list.lines.size();
  const std::string more =
      lines <= rows ? "" : fmt::format(" {}-{}/{}", first + 1, first + rows, lines);
  const std::size_t room = list.title_columns - std::min(list.title_columns, more.size());
  const std::string title = cut(list.title, room);
  const std::size_t taken = columns_of(title) + more.size();
  Line heading = {{title, {Color::kNone, true}}, {more, {Color::kYellow}}};
  heading.push_back(
      {std::string(list.title_columns - std::min(list.title_columns, taken), ' '), {}});
  append(heading, list.headings);
  heading = fit(heading, columns);
  if (!has_focus) return heading;
  for (Run& run : heading) run.look = {Color::kNone, run.look.bold, true};
  return heading;
}

/// Puts the lines of `right` beside those of `left`.
std::vector<Line> beside(const std::vector<Line>& left, std::size_t left_columns,
                         const std::vector<Line>& right) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    Line line = fit(i < left.size() ? left[i] : Line{}, left_columns);
    line.push_back({"│ ", {Color::kGray}});
    if (i < right.size()) append(line, right[i]);
    lines.push_back(std::move(line));
  }
  return lines;
}

class FleetPage {
 public:
  FleetPage(const Scene& scene, State& state, Size size)
      : scene_(scene), state_(state), size_(size), layout_(layout_of(size)) {
    const std::vector<std::string> keys = keys_of(scene.told);
    state.key = std::min(state.key, keys.size());
    if (state.key > 0) key_ = keys[state.key - 1];
    // The chosen key comes first, and then the others in the collector's order.
    if (state.key > 0) map_keys_ = {key_};
    for (const std::string& key : keys) {
      if (key != key_) map_keys_.push_back(key);
    }
  }

  std::vector<Line> draw() {
    if (state_.is_zoomed) return draw_alone();
    std::vector<Line> lines = draw_top();
    append_panel(lines, Panel::kNotes, size_.columns, layout_.notes);
    append_panel(lines, Panel::kMap, size_.columns, layout_.map);
    const std::size_t left = size_.columns * 57 / 100;
    std::vector<Line> changes;
    append_panel(changes, Panel::kChanges, left, layout_.lists);
    std::vector<Line> checks;
    append_panel(checks, Panel::kChecks, size_.columns - left - 2, layout_.lists);
    for (Line& line : beside(changes, left, checks)) lines.push_back(std::move(line));
    return lines;
  }

 private:
  std::vector<Line> draw_alone() {
    std::vector<Line> lines;
    append_panel(lines, state_.focus, size_.columns, size_.rows - kFrameRows - 1);
    return lines;
  }

  std::vector<Line> draw_top() {
    const std::size_t left = size_.columns / 2 - 1;
    std::vector<Line> groups;
    append_panel(groups, Panel::kGroups, size_.columns - left - 2, layout_.top - 1);
    return beside(counts(scene_.fleet->summary, left - 1), left, groups);
  }

  List list_of(Panel panel, Size size) {
    const bool is_past = state_.is_past();
    const Fleet& fleet = *scene_.fleet;
    switch (panel) {
      case Panel::kGroups:
        return groups(fleet, key_, size.columns);
      case Panel::kNotes:
        return {"notes", size.columns, {}, notes(fleet.summary, is_past, size.columns)};
      case Panel::kChecks:
        return is_past ? no_checks() : checks(scene_.told.now->checks, size.columns);
      case Panel::kChanges: {
        if (is_past)
          return changes(changes_of(*scene_.told.past), "None since the step before.",
                         size.columns);
        const auto& newest = scene_.changes.newest();
        return changes({newest.begin(), newest.end()}, "None since " + scene_.changes.since() + ".",
                       size.columns);
      }
      case Panel::kMap:
        break;
    }
    return map_list(size);
  }

  List map_list(Size size) {
    Map map = draw_map(scene_.fleet->bitmap, scene_.told.labels, map_keys_,
                       {size.columns - 1, size.rows});
    const std::string order = map.order.empty() ? "map" : "map by " + map.order;
    const std::string scale = map.scale == 1 ? "" : fmt::format(", {} hosts each", map.scale);
    Line headings = {{scale + ": ", {Color::kGray}}};
    append(headings, map.legend);
    for (Line& line : map.lines) line.insert(line.begin(), {" ", {}});
    return {order, columns_of(order), headings, std::move(map.lines)};
  }

  /// A heading, and `rows` lines.
  void append_panel(std::vector<Line>& lines, Panel panel, std::size_t columns, std::size_t rows) {
    const List list = list_of(panel, {columns, rows});
    std::vector<Line> window;
    std::size_t& scroll = state_.scroll_of(panel);
    put_window(window, list.lines, scroll, rows);
    lines.push_back(heading_of(list, state_.focus == panel, scroll, rows, columns));
    for (Line& line : window) lines.push_back(std::move(line));
  }

  const Scene& scene_;
  State& state_;
  Size size_;
  Layout layout_;
  std::string key_;  ///< By which groups are listed; empty for all.
  std::vector<std::string> map_keys_;
};

std::vector<Line> host_page(const Scene& scene, const State& state, std::size_t columns) {
  const HostTold* const host = scene.told.host.get();
  if (host == nullptr || host->name != state.wanted.host || host->moment != state.wanted.moment) {
    return {{{" Asking for " + state.wanted.host + " …", {}}}};
  }
  if (host->now) return lines_of(report_host(*host->now, true, columns), columns);
  if (host->then) return lines_of(report_host_then(*host->then, true, columns), columns);
  return {{{" " + host->error, {Color::kYellow, true}}}};
}

std::vector<Line> too_small(Size size) {
  std::vector<Line> lines(size.rows / 2);
  lines.push_back({{fmt::format("flatline watch needs {} by {} characters; these are {} by {}",
                                kLeastColumns, kLeastRows, size.columns, size.rows),
                    {Color::kYellow}}});
  return lines;
}

std::vector<Line> body_of(const Scene& scene, State& state, Size size) {
  std::vector<Line> body;
  if (state.page == Page::kHelp) {
    put_window(body, help(), state.page_scroll, size.rows - kFrameRows);
  } else if (state.page == Page::kHost) {
    put_window(body, host_page(scene, state, size.columns), state.page_scroll,
               size.rows - kFrameRows);
  } else if (scene.fleet != nullptr) {
    body = FleetPage(scene, state, size).draw();
  }
  return body;
}

}  // namespace

std::size_t page_rows(Size size) {
  return std::max<std::size_t>(1, layout_of({size.columns, std::max(size.rows, kLeastRows)}).lists);
}

Screen draw(const Scene& scene, State& state, Size size) {
  Screen screen;
  if (size.columns < kLeastColumns || size.rows < kLeastRows) {
    screen.lines = too_small(size);
  } else {
    std::vector<Line> body = body_of(scene, state, size);
    if (is_old(scene, state)) make_gray(body);
    body.resize(size.rows - kFrameRows);
    screen.lines = {title(scene, state, size.columns), headline(scene, state)};
    screen.lines.insert(screen.lines.end(), body.begin(), body.end());
    screen.lines.push_back(key_line(state, size.columns));
  }
  screen.lines.resize(size.rows);
  for (Line& line : screen.lines) line = fit(line, size.columns);
  if (state.prompt && size.columns >= kLeastColumns && size.rows >= kLeastRows) {
    put_prompt(screen, *state.prompt, size.columns);
  }
  return screen;
}

}  // namespace flatline::cli::screen
