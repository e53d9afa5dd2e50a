#pragma once

// Text in columns that line up, and colour for terminals. Pure: callers say whether to colour.

#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

enum class Color { kNone, kGreen, kYellow, kRed, kMagenta, kGray };

/// `text` in `color` by ANSI escapes; unchanged where `enabled` is false.
std::string paint(std::string_view text, Color color, bool enabled);

/// The colour of a host's or a check's state.
Color color_of_state(std::string_view state);

/// How many characters UTF-8 text has, which is its width on a terminal for all but wide scripts.
std::size_t width_of(std::string_view text);

struct Cell {
  std::string text;
  Color color = Color::kNone;
  bool right = false;  ///< Aligned to the right of its column, as numbers are.
};

class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  /// The table as text, with two spaces between columns and none at the ends of lines. Where all
  /// headings are empty, no line of headings is printed.
  [[nodiscard]] std::string print(bool colored) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace flatline::cli
