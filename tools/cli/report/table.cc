#include "tools/cli/report/table.h"

#include <algorithm>

#include "tools/cli/report/wrap.h"

namespace flatline::cli {

std::string paint(std::string_view text, Color color, bool enabled) {
  if (!enabled || color == Color::kNone) return std::string(text);
  constexpr std::string_view kCodes[] = {"0", "32", "33", "31", "35", "90"};
  return "\x1b[" + std::string(kCodes[static_cast<std::size_t>(color)]) + "m" + std::string(text) +
         "\x1b[0m";
}

Color color_of_state(std::string_view state) {
  if (state == "healthy" || state == "OK") return Color::kGreen;
  if (state == "warning" || state == "WARNING") return Color::kYellow;
  if (state == "failing" || state == "CRITICAL") return Color::kRed;
  if (state == "silent" || state == "missing" || state == "UNKNOWN") return Color::kMagenta;
  return Color::kGray;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<Table::Line> Table::lines() const {
  std::vector<Line> lines;
  if (std::any_of(headings_.begin(), headings_.end(), [](const auto& h) { return !h.empty(); })) {
    Line heading;
    for (const std::string& text : headings_) heading.push_back({text, Color::kGray});
    lines.push_back(heading);
  }
  lines.insert(lines.end(), rows_.begin(), rows_.end());
  return lines;
}

namespace {

/// A last column that is narrower than this is hard to read.
constexpr std::size_t kLeastColumns = 16;
/// How far cells are indented that stand below their line.
constexpr std::size_t kBelow = 4;

std::string paint_cell(const Cell& cell, const std::string& text, bool colored) {
  return paint(text, text.empty() ? Color::kNone : cell.color, colored);
}

/// The first `count` cells of a line, each as wide as its column, without spaces at the end.
std::string print_cells(const std::vector<Cell>& line, std::size_t count,
                        const std::vector<std::size_t>& widths, bool colored) {
  std::string row;
  std::size_t printed = 0;  // The length up to the last character that is not a space.
  for (std::size_t i = 0; i < std::min(count, line.size()); ++i) {
    const std::string space(widths[i] - width_of(line[i].text), ' ');
    if (line[i].right) row += space;
    row += paint_cell(line[i], line[i].text, colored);
    if (!line[i].text.empty()) printed = row.size();
    if (!line[i].right) row += space;
    row += "  ";
  }
  row.resize(printed);
  return row;
}

/// A line whose last cell is wrapped within its column, which begins at `left`.
std::string print_wrapped(const std::vector<Cell>& line, std::size_t left, std::size_t columns,
                          const std::vector<std::size_t>& widths, bool colored) {
  const bool is_whole = line.size() == widths.size();
  if (!is_whole || line.back().text.empty() || width_of(line.back().text) <= columns - left) {
    return print_cells(line, line.size(), widths, colored) + "\n";
  }
  std::vector<Cell> first = line;
  const auto parts = wrap(line.back().text, columns - left);
  std::string text;
  for (const std::string& part : parts) {
    if (text.empty()) {
      first.back().text = part;
      text = print_cells(first, first.size(), widths, colored) + "\n";
    } else {
      text += std::string(left, ' ') + paint_cell(line.back(), part, colored) + "\n";
    }
  }
  return text;
}

/// A line whose cells from `flow` on stand below it.
std::string print_flowing(const std::vector<Cell>& line, std::size_t flow, std::size_t columns,
                          const std::vector<std::size_t>& widths, bool colored) {
  std::string text = print_cells(line, flow, widths, colored) + "\n";
  std::string below;
  for (std::size_t i = flow; i < line.size(); ++i) {
    if (line[i].text.empty()) continue;
    below += (below.empty() ? "" : "  ") + paint_cell(line[i], line[i].text, colored);
  }
  if (below.empty()) return text;
  for (const std::string& part : wrap(below, columns - kBelow)) {
    text += std::string(kBelow, ' ') + part + "\n";
  }
  return text;
}

}  // namespace

namespace {

/// How many cells of a line fit into `columns`: at least one.
std::size_t fitting(const std::vector<std::size_t>& widths, std::size_t columns) {
  std::size_t count = 0;
  std::size_t used = 0;
  for (; count < widths.size(); ++count) {
    used += widths[count];
    if (used > columns) break;
    used += 2;
  }
  return std::max<std::size_t>(count, 1);
}

}  // namespace

std::string Table::print(bool colored, std::size_t columns) const {
  const std::vector<Line> all = lines();
  std::vector<std::size_t> widths(headings_.size());
  for (const Line& line : all) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(line[i].text));
    }
  }
  std::size_t left = 0;  // Where the last column begins.
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) left += widths[i] + 2;
  const bool fits = columns == 0 || left + widths.back() <= columns;
  const std::size_t flow =
      std::min(headings_.size() - std::min(flowing_, headings_.size()), fitting(widths, columns));
  std::string text;
  for (const Line& line : all) {
    if (fits) {
      text += print_cells(line, line.size(), widths, colored) + "\n";
    } else if (left + kLeastColumns <= columns) {
      text += print_wrapped(line, left, columns, widths, colored);
    } else {
      text += print_flowing(line, flow, std::max(columns, 2 * kBelow), widths, colored);
    }
  }
  return text;
}

}  // namespace flatline::cli
