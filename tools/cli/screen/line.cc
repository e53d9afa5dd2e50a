#include "tools/cli/screen/line.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "tools/cli/report/wrap.h"

namespace flatline::cli::screen {
namespace {

constexpr std::string_view kCut = "…";

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};
/// Characters that terminals draw two columns wide (Unicode's East Asian Width W and F, in short),
/// and those that they draw over the one before.
constexpr CodeRange kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                               {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                               {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                               {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr CodeRange kNoWidth[] = {
    {0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};

template <std::size_t N>
bool is_among(std::uint32_t code, const CodeRange (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges), [code](const CodeRange& range) {
    return code >= range.first && code <= range.last;
  });
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// What stands for a character where there is only ASCII.
struct Stand {
  std::string_view character;
  char ascii;
};
constexpr std::array<Stand, 15> kStands = {{{"█", '#'},
                                            {"▉", '#'},
                                            {"▊", '#'},
                                            {"▋", '#'},
                                            {"▌", '#'},
                                            {"▍", '|'},
                                            {"▎", '|'},
                                            {"▏", '|'},
                                            {"─", '-'},
                                            {"│", '|'},
                                            {"…", '~'},
                                            {"→", '>'},
                                            {"←", '<'},
                                            {"·", '-'},
                                            {"↑", '^'}}};

char ascii_of(std::string_view character) {
  for (const Stand& stand : kStands) {
    if (stand.character == character) return stand.ascii;
  }
  return '?';
}

std::string ascii_text(std::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    const Extent extent = first_character(text);
    const std::string_view character = text.substr(0, extent.bytes);
    ascii.append(extent.columns, extent.bytes == 1 ? character[0] : ascii_of(character));
    text.remove_prefix(extent.bytes);
  }
  return ascii;
}

/// The look that an escape sequence of paint() asks for.
Look look_of(std::string_view code) {
  constexpr std::pair<std::string_view, Color> kCodes[] = {{"32", Color::kGreen},
                                                           {"33", Color::kYellow},
                                                           {"31", Color::kRed},
                                                           {"35", Color::kMagenta},
                                                           {"90", Color::kGray}};
  for (const auto& [known, color] : kCodes) {
    if (known == code) return {color};
  }
  return {};
}

Line line_of(std::string_view painted) {
  Line line;
  Look look;
  const auto add = [&](std::string_view text) {
    std::string plain;
    for (const char c : text) {
      if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) plain += c;
    }
    if (!plain.empty()) line.push_back({std::move(plain), look});
  };
  while (!painted.empty()) {
    const std::size_t escape = painted.find("\x1b[");
    add(painted.substr(0, escape));
    if (escape == std::string_view::npos) break;
    painted.remove_prefix(escape + 2);
    const std::size_t end = painted.find('m');
    if (end == std::string_view::npos) break;
    look = look_of(painted.substr(0, end));
    painted.remove_prefix(end + 1);
  }
  return line;
}

}  // namespace

Extent first_character(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && bytes < 4 && continues(text[bytes])) ++bytes;
  const auto lead = static_cast<unsigned char>(text[0]);
  if (bytes == 1) return {1, 1};
  std::uint32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {is_among(code, kNoWidth) ? 0U : is_among(code, kWide) ? 2U : 1U, bytes};
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Extent extent = first_character(text);
    columns += extent.columns;
    text.remove_prefix(extent.bytes);
  }
  return columns;
}

std::size_t columns_of(const Line& line) {
  std::size_t columns = 0;
  for (const Run& run : line) columns += columns_of(run.text);
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string shorter;
  std::size_t taken = 0;
  while (!text.empty()) {
    const Extent extent = first_character(text);
    if (taken + extent.columns > columns - 1) break;
    taken += extent.columns;
    shorter += text.substr(0, extent.bytes);
    text.remove_prefix(extent.bytes);
  }
  return shorter + std::string(kCut);
}

Line fit(const Line& line, std::size_t columns) {
  Line fitting;
  std::size_t left = columns;
  const bool is_longer = columns_of(line) > columns;
  for (const Run& run : line) {
    if (left == 0) break;
    const std::size_t width = columns_of(run.text);
    // A run that just fits before another one that does not is cut too, to make room for the mark.
    const bool is_last = is_longer && width >= left;
    std::string text = !is_last        ? run.text
                       : width == left ? cut(run.text + " ", left)
                                       : cut(run.text, left);
    left -= std::min(left, columns_of(text));
    fitting.push_back({std::move(text), run.look});
    if (is_last) break;
  }
  if (left > 0) fitting.push_back({std::string(left, ' '), {}});
  return fitting;
}

std::string left(std::string_view text, std::size_t columns) {
  std::string fitting = cut(text, columns);
  fitting.append(columns - std::min(columns, columns_of(fitting)), ' ');
  return fitting;
}

std::string right(std::string_view text, std::size_t columns) {
  const std::string fitting = cut(text, columns);
  return std::string(columns - std::min(columns, columns_of(fitting)), ' ') + fitting;
}

void append(Line& line, const Line& more) {
  line.insert(line.end(), more.begin(), more.end());
}

std::vector<Line> lines_of(const std::string& report, std::size_t columns) {
  const std::string wrapped = wrap_lines(report, columns);
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < wrapped.size();) {
    const std::size_t end = std::min(wrapped.find('\n', begin), wrapped.size());
    lines.push_back(line_of(std::string_view(wrapped).substr(begin, end - begin)));
    begin = end + 1;
  }
  return lines;
}

std::string text_of(const Screen& screen) {
  std::string text;
  for (const Line& line : screen.lines) {
    std::string row;
    for (const Run& run : line) row += run.text;
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

void make_ascii(Screen& screen) {
  for (Line& line : screen.lines) {
    for (Run& run : line) run.text = ascii_text(run.text);
  }
}

void make_gray(std::vector<Line>& lines) {
  for (Line& line : lines) {
    for (Run& run : line) run.look = {Color::kGray, false, run.look.reverse};
  }
}

}  // namespace flatline::cli::screen
