// Tests that lines fit a terminal and break where words end.

#include "tools/cli/report/wrap.h"

#include <doctest/doctest.h>

#include "tools/cli/report/table.h"

namespace flatline::cli {

using Lines = std::vector<std::string>;

TEST_CASE("a line is broken at spaces, else behind a comma, else anywhere") {
  CHECK(wrap("all is well", 11) == Lines{"all is well"});
  CHECK(wrap("all is well", 10) == Lines{"all is", "well"});
  CHECK(wrap("all is well", 3) == Lines{"all", "is", "wel", "l"});
  CHECK(wrap("web-[001,003,005]", 10) == Lines{"web-[001,", "003,005]"});
  CHECK(wrap("hosts web-[001,003,005]", 12) == Lines{"hosts", "web-[001,", "003,005]"});
  CHECK(wrap("abcdef", 2) == Lines{"ab", "cd", "ef"});
  CHECK(wrap("", 10) == Lines{""});
  CHECK(wrap("abc", 0) == Lines{"a", "b", "c"});
}

TEST_CASE("characters count, and neither their bytes nor colours") {
  CHECK(wrap("äöü äöü", 7) == Lines{"äöü äöü"});
  CHECK(wrap("äöüäöü", 4) == Lines{"äöüä", "öü"});
  const std::string red = paint("failing", Color::kRed, true);
  CHECK(wrap(red + " now", 11) == Lines{red + " now"});
  CHECK(wrap(red + " now", 10) == Lines{red, "now"});
}

TEST_CASE("what follows a line's first part is indented under it") {
  CHECK(wrap_lines("  refused: web-9 is skewed\nshort\n", 20) ==
        "  refused: web-9\n    is skewed\nshort\n");
  CHECK(wrap_lines("a long line that goes on\n", 0) == "a long line that goes on\n");
  CHECK(wrap_lines("abc def\n", 7) == "abc def\n");
}

namespace {

/// Checks that no line is longer than `columns`.
void fits(const std::string& text, std::size_t columns) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    CHECK_MESSAGE(width_of(line) <= columns, line);
    begin = end + 1;
  }
}

}  // namespace

TEST_CASE("a table that is too wide wraps its last column under itself") {
  Table table({"NAME", "STATE", "MESSAGE"});
  table.add({{"web-1"}, {"failing", Color::kRed}, {"connection to 127.0.0.1:8080 was refused"}});
  table.add({{"web-2"}, {"healthy"}, {}});
  CHECK(table.print(false, 40) ==
        "NAME   STATE    MESSAGE\n"
        "web-1  failing  connection to\n"
        "                127.0.0.1:8080 was\n"
        "                refused\n"
        "web-2  healthy\n");
  CHECK(table.print(false, 0) == table.print(false));
  CHECK(table.print(false, 200) == table.print(false));
  fits(table.print(false, 40), 40);
}

TEST_CASE("where that would be too narrow, the last cells stand below each line") {
  Table table({"AT", "ACTION", "HOST", "WHY"}, 2);
  table.add({{"2026-11-24T05:48:18Z"}, {"drain"}, {"sim-[00001,00003,00005]"}, {"new kernel"}});
  CHECK(table.print(false, 34) ==
        "AT                    ACTION\n"
        "    HOST  WHY\n"
        "2026-11-24T05:48:18Z  drain\n"
        "    sim-[00001,00003,00005]  new\n"
        "    kernel\n");
  fits(table.print(false, 34), 34);
}

}  // namespace flatline::cli
