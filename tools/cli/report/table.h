#pragma once

// Text in columns that line up, and colour for those who can see it. Pure: told whether to colour.

#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

enum class Color { kNone, kGreen, kYellow, kRed, kMagenta, kGray };

/// `text` in `color` by ANSI escapes; unchanged where `enabled` is false.
std::string paint(std::string_view text, Color color, bool enabled);

/// The colour of a host's or a check's state.
Color color_of_state(std::string_view state);

/// Characters of UTF-8 text: what it takes on a terminal, for all but wide scripts.
std::size_t width_of(std::string_view text);

struct Cell {
  std::string text;
  Color color = Color::kNone;
  bool right = false;  ///< Numbers stand to the right of their column.
};

class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  /// Two spaces between columns, none at the ends of lines. Without headings, none are printed.
  [[nodiscard]] std::string print(bool colored) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace flatline::cli
