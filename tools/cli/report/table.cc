#include "tools/cli/report/table.h"

#include <algorithm>

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

std::string Table::print(bool colored) const {
  std::vector<std::vector<Cell>> lines;
  if (std::any_of(headings_.begin(), headings_.end(), [](const auto& h) { return !h.empty(); })) {
    std::vector<Cell> heading;
    for (const std::string& text : headings_) heading.push_back({text, Color::kGray});
    lines.push_back(heading);
  }
  lines.insert(lines.end(), rows_.begin(), rows_.end());

  std::vector<std::size_t> widths(headings_.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(line[i].text));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    std::size_t printed = 0;  // The length up to the last character that is not a space.
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - width_of(line[i].text), ' ');
      if (line[i].right) row += space;
      row += paint(line[i].text, line[i].text.empty() ? Color::kNone : line[i].color, colored);
      if (!line[i].text.empty()) printed = row.size();
      if (!line[i].right) row += space;
      row += "  ";
    }
    row.resize(printed);
    text += row + "\n";
  }
  return text;
}

}  // namespace flatline::cli
