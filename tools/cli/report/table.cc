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

namespace {

/// A cell of the line that is being printed.
struct Piece {
  std::string_view text;
  std::size_t width = 0;
  Color color = Color::kNone;
  bool right = false;
};
using Line = std::vector<Piece>;

/// A last column that is narrower than this is hard to read.
constexpr std::size_t kLeastColumns = 16;
/// How far cells are indented that stand below their line.
constexpr std::size_t kBelow = 4;

void append_painted(std::string& text, std::string_view part, Color color, bool colored) {
  if (!colored || color == Color::kNone || part.empty()) {
    text += part;
  } else {
    text += paint(part, color, true);
  }
}

/// Appends the first `count` cells of a line, each as wide as its column, without spaces at the
/// end.
void append_cells(std::string& text, const Line& line, std::size_t count,
                  const std::vector<std::size_t>& widths, bool colored) {
  std::size_t printed = text.size();  // The length up to the last character that is not a space.
  for (std::size_t i = 0; i < std::min(count, line.size()); ++i) {
    const std::size_t spaces = widths[i] - line[i].width;
    if (line[i].right) text.append(spaces, ' ');
    append_painted(text, line[i].text, line[i].color, colored);
    if (!line[i].text.empty()) printed = text.size();
    if (!line[i].right) text.append(spaces, ' ');
    text += "  ";
  }
  text.resize(printed);
  text += '\n';
}

/// Appends a line whose last cell is wrapped within its column, which begins at `left`.
void append_wrapped(std::string& text, const Line& line, std::size_t left, std::size_t columns,
                    const std::vector<std::size_t>& widths, bool colored) {
  const bool is_whole = line.size() == widths.size();
  if (!is_whole || line.back().text.empty() || line.back().width <= columns - left) {
    return append_cells(text, line, line.size(), widths, colored);
  }
  const auto parts = wrap(line.back().text, columns - left);
  for (const std::string& part : parts) {
    if (&part == &parts.front()) {
      Line first = line;
      first.back().text = part;
      first.back().width = width_of(part);
      append_cells(text, first, first.size(), widths, colored);
    } else {
      text.append(left, ' ');
      append_painted(text, part, line.back().color, colored);
      text += '\n';
    }
  }
}

/// Appends a line whose cells from `flow` on stand below it.
void append_flowing(std::string& text, const Line& line, std::size_t flow, std::size_t columns,
                    const std::vector<std::size_t>& widths, bool colored) {
  append_cells(text, line, flow, widths, colored);
  std::string below;
  for (std::size_t i = flow; i < line.size(); ++i) {
    if (line[i].text.empty()) continue;
    if (!below.empty()) below += "  ";
    append_painted(below, line[i].text, line[i].color, colored);
  }
  if (below.empty()) return;
  for (const std::string& part : wrap(below, columns - kBelow)) {
    text.append(kBelow, ' ').append(part).append("\n");
  }
}

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

void Table::add(const std::vector<Cell>& row) {
  for (const Cell& cell : row) {
    texts_ += cell.text;
    places_.push_back({static_cast<std::uint32_t>(cell.text.size()),
                       static_cast<std::uint32_t>(width_of(cell.text)), cell.color, cell.right});
  }
  lines_.push_back(static_cast<std::uint32_t>(row.size()));
}

void Table::reserve(std::size_t lines) {
  places_.reserve(lines * headings_.size());
  lines_.reserve(lines);
}

std::string Table::print(bool colored, std::size_t columns) const {
  const bool has_headings =
      std::any_of(headings_.begin(), headings_.end(), [](const auto& h) { return !h.empty(); });
  Line line;
  for (const std::string& text : headings_) line.push_back({text, width_of(text), Color::kGray});
  std::vector<std::size_t> widths;
  for (const Piece& heading : line) widths.push_back(heading.width);
  std::size_t place = 0;
  for (const std::uint32_t cells : lines_) {
    for (std::size_t i = 0; i < cells; ++i, ++place) {
      widths[i] = std::max<std::size_t>(widths[i], places_[place].width);
    }
  }
  std::size_t left = 0;  // Where the last column begins.
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) left += widths[i] + 2;
  const bool fits = columns == 0 || left + widths.back() <= columns;
  const std::size_t flow =
      std::min(headings_.size() - std::min(flowing_, headings_.size()), fitting(widths, columns));
  std::string text;
  // About as much as it becomes: lines have no spaces at their ends, and colours besides.
  text.reserve(texts_.size() + (lines_.size() + 1) * (left + 1));
  const auto append = [&] {
    if (fits) {
      append_cells(text, line, line.size(), widths, colored);
    } else if (left + kLeastColumns <= columns) {
      append_wrapped(text, line, left, columns, widths, colored);
    } else {
      append_flowing(text, line, flow, std::max(columns, 2 * kBelow), widths, colored);
    }
  };
  if (has_headings) append();
  place = 0;
  std::size_t begin = 0;
  for (const std::uint32_t cells : lines_) {
    line.clear();
    for (std::size_t i = 0; i < cells; ++i, ++place) {
      const Place& at = places_[place];
      line.push_back(
          {std::string_view(texts_).substr(begin, at.bytes), at.width, at.color, at.right});
      begin += at.bytes;
    }
    append();
  }
  return text;
}

}  // namespace flatline::cli
