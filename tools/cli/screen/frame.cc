#include "tools/cli/screen/frame.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/wrap.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::screen {
namespace {

/// How old the newest view is.
double age_of(const Scene& scene) {
  const Now& now = *scene.told.now;
  return now.summary.view_age_seconds + std::chrono::duration<double>(scene.now - now.at).count();
}

/// An age in whole seconds: tenths would only flicker.
std::string age_text(double seconds) {
  return seconds < 60 ? fmt::format("{:.0f}s", std::floor(seconds)) : format_age(seconds);
}

/// `2026-11-30 02:39:37Z`
std::string time_text(const std::string& rfc3339) {
  const auto time = parse_rfc3339(rfc3339);
  if (!time) return to_plain_utf8(rfc3339);
  const std::string text = format_rfc3339(*time);
  return text.substr(0, 10) + " " + text.substr(11, 8) + "Z";
}

struct Mode {
  const char* word;
  Color color;
};

Mode mode_of(const Scene& scene, const State& state) {
  if (!scene.told.trouble.empty()) return {"CUT OFF", Color::kRed};
  if (scene.told.now == nullptr) return {"WAITING", Color::kYellow};
  if (state.is_paused) return {"PAUSED", Color::kYellow};
  if (state.is_past()) return {"PAST", Color::kYellow};
  if (is_old(scene, state)) return {"OLD", Color::kRed};
  return {"LIVE", Color::kGreen};
}

std::string counted(std::uint32_t count, const char* what) {
  return count == 0 ? "" : fmt::format(", {} {}", count, what);
}

/// `825 of 10000 hosts are down (8.3 %)`
std::string verdict(const SummaryAnswer& summary, bool is_part) {
  const std::uint32_t down = down_of(summary);
  if (summary.hosts == 0) return is_part ? "No host matches" : "No host is registered";
  if (down > 0) {
    return fmt::format("{} of {} {} down ({:.1f} %)", down, summary.hosts,
                       summary.hosts == 1 ? "host is" : "hosts are", 100.0 * down / summary.hosts);
  }
  if (summary.healthy == summary.hosts && summary.hosts > 1) {
    return fmt::format("All {} hosts are healthy", summary.hosts);
  }
  return fmt::format("No host of {} is down", summary.hosts);
}

Line trouble_line(const Scene& scene) {
  const auto seconds = std::chrono::duration<double>(scene.now - scene.trouble_since).count();
  std::string text = fmt::format("Nothing new for {:.0f} s", std::max(0.0, seconds));
  if (scene.told.now != nullptr) {
    text += fmt::format("; below is {}", time_text(scene.told.now->summary.time));
  }
  // The address stands in the title already.
  std::string why = to_plain_utf8(scene.told.trouble);
  if (why.starts_with(scene.api + ": ")) why.erase(0, scene.api.size() + 2);
  if (const std::size_t hint = why.find("; is the collector there?"); hint != std::string::npos) {
    why.erase(hint);
  }
  return {{" " + text + ": " + why, {Color::kRed, true}}};
}

}  // namespace

bool is_old(const Scene& scene, const State& state) {
  if (!scene.told.trouble.empty()) return true;
  if (scene.told.now == nullptr || state.is_paused || state.is_past()) return false;
  const double tick = scene.told.now->summary.collector.tick_seconds;
  return age_of(scene) > kOldTicks * std::max(tick, 0.1);
}

Line title(const Scene& scene, const State& state, std::size_t columns) {
  const Mode mode = mode_of(scene, state);
  constexpr std::string_view kUsual = "http://";
  std::string api = to_plain_utf8(scene.api);
  if (api.starts_with(kUsual)) api.erase(0, kUsual.size());
  Line line = {{fmt::format(" flatline {} ", api), {Color::kNone, true, true}},
               {fmt::format(" {} ", mode.word), {mode.color, true, true}}};
  std::string rest;
  if (scene.told.now != nullptr) {
    const bool is_past = state.is_past() && scene.told.past != nullptr && scene.fleet != nullptr;
    const SummaryAnswer& summary = is_past ? scene.told.past->summary : scene.told.now->summary;
    const double age = is_past ? summary.view_age_seconds : age_of(scene);
    // Of what was a while ago, the day matters. What is new needs no age.
    rest = fmt::format(" {}  tick {:.0f}",
                       is_past ? time_text(summary.time) : clock_time(summary.time), summary.tick);
    if (is_past || age >= 2) {
      rest += fmt::format(", {} {}", age_text(age), is_past ? "ago" : "old");
    }
  }
  const std::string help = "? help  q quit ";
  const std::size_t before = columns_of(line);
  const std::size_t room = columns - std::min(columns, before + help.size());
  line.push_back({left(rest, room) + help, {Color::kNone, false, true}});
  return line;
}

Line headline(const Scene& scene, const State& state) {
  if (!scene.told.trouble.empty()) return trouble_line(scene);
  if (scene.told.now == nullptr) return {{" Waiting for the first answer …", {}}};
  if (state.is_past() && scene.fleet == nullptr) {
    const std::string why = scene.told.past != nullptr ? scene.told.past->error : "";
    return {{" " + (why.empty() ? "Asking for that moment …" : to_plain_utf8(why)),
             {Color::kYellow, true}}};
  }
  const SummaryAnswer& summary = scene.fleet->summary;
  if (is_old(scene, state)) {
    return {{fmt::format(" This view is {} old: the collector answers, but makes no new ones",
                         age_text(age_of(scene))),
             {Color::kRed, true}}};
  }
  const bool is_part = !state.wanted.filter.empty();
  const bool is_well = down_of(summary) == 0 && summary.hosts > 0 && summary.groups.below == 0;
  Line line = {{" " + verdict(summary, is_part), {is_well ? Color::kGreen : Color::kRed, true}}};
  std::string rest = counted(summary.warning, "warn") + counted(summary.expected, "expected") +
                     counted(summary.flapping, "flapping") +
                     counted(summary.conflict, "in conflict");
  if (!is_part) rest += fmt::format(", of {} slots", summary.capacity);
  line.push_back({rest, {}});
  if (is_part) line.push_back({"  filter: " + state.wanted.filter, {Color::kYellow, true}});
  if (state.is_past() || state.is_paused) {
    const char* const back = state.is_past() ? "n" : "space";
    line.push_back({fmt::format("  ({}: back to now)", back), {Color::kYellow}});
  }
  return line;
}

Line key_line(const State& state, std::size_t columns) {
  const char* const text =
      state.page != Page::kFleet
          ? " Esc back   ↑↓ PgUp PgDn scroll   ←→ a step in time   h another host   q quit"
          : " / filter  g group  h host  t time  ←→ step  space pause  Tab ↑↓ lists  z zoom";
  return {{left(text, columns), {Color::kNone, false, true}}};
}

void put_prompt(Screen& screen, const Prompt& prompt, std::size_t columns) {
  const char* const labels[] = {" filter: ", " time: ", " host: "};
  const char* const hints[] = {
      "Enter takes it, Esc leaves; role=db & !drained, failing, name=web-*",
      "Enter takes it, Esc leaves; -15m, 03:14, 2026-11-23T03:14Z",
      "Enter takes it, Esc leaves, Tab completes the name"};
  const std::string label = labels[static_cast<std::size_t>(prompt.kind)];
  // A text that is longer than the line is shown from where its cursor is in sight.
  const std::size_t room = columns - label.size() - 1;
  std::size_t first = 0;
  while (columns_of(prompt.text.substr(first, prompt.cursor - first)) > room) {
    first += first_character(std::string_view(prompt.text).substr(first)).bytes;
  }
  std::vector<Line> lines = {{{label, {Color::kNone, true}}, {prompt.text.substr(first), {}}}};
  if (prompt.error.empty()) {
    lines.push_back({{std::string(label.size(), ' ') + hints[static_cast<std::size_t>(prompt.kind)],
                      {Color::kGray}}});
  } else {
    const std::size_t hidden = characters_before(prompt.text, first);
    const std::size_t at =
        std::min(columns - 2, label.size() + prompt.error_at - std::min(hidden, prompt.error_at));
    const std::string error = to_plain_utf8(prompt.error);
    const Look look{Color::kRed, true};
    if (at + 2 + columns_of(error) <= columns) {
      lines.push_back({{std::string(at, ' ') + "^ " + error, look}});
    } else {
      lines.push_back({{std::string(at, ' ') + "^", look}});
      for (const std::string& part : wrap(error, columns - 2))
        lines.push_back({{" " + part, look}});
    }
  }
  const std::size_t rows = std::min(lines.size(), screen.lines.size());
  const std::size_t top = screen.lines.size() - rows;
  for (std::size_t i = 0; i < rows; ++i) screen.lines[top + i] = fit(lines[i], columns);
  screen.has_cursor = true;
  screen.cursor = {top,
                   label.size() + columns_of(prompt.text.substr(first, prompt.cursor - first))};
}

}  // namespace flatline::cli::screen
