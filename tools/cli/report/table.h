#pragma once

// Text in columns that line up, colour for terminals, and lines that fit them. Pure: callers say
// whether to colour, and how many columns there are; 0 stands for no end of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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
  /// Where a line is too long, its last cells, so many as `flowing`, may go below it.
  explicit Table(std::vector<std::string> headings, std::size_t flowing = 1)
      : headings_(std::move(headings)), flowing_(flowing) {}

  void add(const std::vector<Cell>& row);
  /// Makes room for so many lines, so that a long table is not copied as it grows.
  void reserve(std::size_t lines);
  /// The table as text, with two spaces between columns and none at the ends of lines. Where all
  /// headings are empty, no line of headings is printed. A table that is wider than `columns` has
  /// its last column wrapped, or, where that would be too narrow to read, its flowing cells below
  /// each line, and with them all that have no room before them.
  [[nodiscard]] std::string print(bool colored, std::size_t columns = 0) const;

 private:
  /// A cell whose text stands in texts_, behind those of the cells before: a list of a million
  /// hosts has five million cells.
  struct Place {
    std::uint32_t bytes;
    std::uint32_t width;
    Color color;
    bool right;
  };

  std::vector<std::string> headings_;
  std::size_t flowing_;
  std::string texts_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> lines_;  ///< How many cells each line has.
};

}  // namespace flatline::cli
