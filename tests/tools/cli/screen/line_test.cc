#include "tools/cli/screen/line.h"

#include <doctest/doctest.h>

namespace flatline::cli::screen {

TEST_CASE("wide characters take two columns, and those over others none") {
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("Zürich…") == 7);
  CHECK(columns_of("磁盘 full") == 9);
  CHECK(columns_of("e\u0301") == 1);
  CHECK(columns_of("\xFF") == 1);  // No character; it is shown as one all the same.
}

TEST_CASE("a text that is too long is cut between characters, and says so") {
  CHECK(cut("healthy", 7) == "healthy");
  CHECK(cut("healthy", 6) == "healt…");
  CHECK(cut("healthy", 1) == "…");
  CHECK(cut("healthy", 0).empty());
  CHECK(cut("磁盘满", 4) == "磁…");
}

TEST_CASE("a line fits its columns exactly, whatever its runs are") {
  const Line line = {{"ab", {}}, {"cd", {Color::kRed}}, {"ef", {}}};
  for (std::size_t columns = 0; columns <= 10; ++columns) {
    CAPTURE(columns);
    CHECK(columns_of(fit(line, columns)) == columns);
  }
  const Line cut_line = fit(line, 4);
  CHECK(cut_line.back().text == "c…");
  CHECK(cut_line.back().look.color == Color::kRed);
}

TEST_CASE("the colours of a report become looks, and nothing else of an escape sequence stays") {
  const auto lines = lines_of("  \x1b[31mpanic\x1b[0m: few\x1b[2Jno\n", 0);
  REQUIRE(lines.size() == 1);
  REQUIRE(lines[0].size() >= 3);
  CHECK(lines[0][1].text == "panic");
  CHECK(lines[0][1].look.color == Color::kRed);
  for (const Run& run : lines[0]) CHECK(run.text.find('\x1b') == std::string::npos);
}

TEST_CASE("without UTF-8 each column has a character of ASCII") {
  Screen screen{{{{"█▍│ 磁 → …", {}}}}};
  make_ascii(screen);
  CHECK(text_of(screen) == "#|| ?? > ~\n");
}

}  // namespace flatline::cli::screen
