#pragma once

// What a screen shows, as lines of text with looks. Pure: no terminal is needed to make one, so a
// test reads a screen as a person does. Widths are in columns of a terminal: wide characters of
// Asian scripts take two.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/report/table.h"

namespace flatline::cli::screen {

/// How characters look. Whatever a look says is said by the characters too, since a terminal may
/// have no colours.
struct Look {
  Color color = Color::kNone;
  bool bold = false;
  bool reverse = false;
  bool operator==(const Look&) const = default;
};

/// Characters of one look, in a row.
struct Run {
  std::string text;
  Look look = {};
};
using Line = std::vector<Run>;

struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
  bool operator==(const Size&) const = default;
};

struct Place {
  std::size_t row = 0;
  std::size_t column = 0;
};

/// Exactly as many lines as the screen has rows, each exactly as wide as it has columns.
struct Screen {
  std::vector<Line> lines;
  Place cursor = {};
  bool has_cursor = false;  ///< Something is being typed, there.
};

/// How many columns the first character of `text`, which is not empty, takes, and how many bytes.
struct Extent {
  std::size_t columns = 1;
  std::size_t bytes = 1;
};
Extent first_character(std::string_view text);

std::size_t columns_of(std::string_view text);
std::size_t columns_of(const Line& line);

/// At most `columns` columns of the text; where that is not all, the last of them is `…`.
std::string cut(std::string_view text, std::size_t columns);
/// The line, cut or filled up with spaces to `columns` columns.
Line fit(const Line& line, std::size_t columns);
/// The text at the left or the right of `columns` columns.
std::string left(std::string_view text, std::size_t columns);
std::string right(std::string_view text, std::size_t columns);

/// Puts `more` behind `line`.
void append(Line& line, const Line& more);

/// The lines of a report, broken at `columns`: the escape sequences of paint() become looks, and
/// whatever else is not plain is left out.
std::vector<Line> lines_of(const std::string& report, std::size_t columns);
/// The text of a screen, without spaces at the ends of lines.
std::string text_of(const Screen& screen);

/// Puts a character of ASCII in the place of every other, one for each column that it takes.
void make_ascii(Screen& screen);
/// Makes all of it gray, as what is told is old.
void make_gray(std::vector<Line>& lines);

}  // namespace flatline::cli::screen
