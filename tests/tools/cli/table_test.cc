#include "tools/cli/report/table.h"

#include <doctest/doctest.h>

namespace flatline::cli {

TEST_CASE("columns line up, numbers to the right, no space at the ends of lines") {
  Table table({"NAME", "COUNT", "MESSAGE"});
  table.add({{"web-1"}, {"7", Color::kNone, true}, {"all well"}});
  table.add({{"a"}, {"1234567", Color::kNone, true}, {""}});
  CHECK(table.print(false) ==
        "NAME   COUNT    MESSAGE\n"
        "web-1        7  all well\n"
        "a      1234567\n");
}

TEST_CASE("a table without headings has none, and one without rows only them") {
  Table bare({"", ""});
  bare.add({{"host"}, {"web-1"}});
  CHECK(bare.print(false) == "host  web-1\n");
  CHECK(Table({"NAME", "STATE"}).print(false) == "NAME  STATE\n");
}

TEST_CASE("characters count, not bytes") {
  CHECK(width_of("") == 0);
  CHECK(width_of("caf\u00e9") == 4);
  CHECK(width_of("\u20ac \U0001F600") == 3);
  Table table({"A", "B"});
  table.add({{"\u00e4\u00e4"}, {"x"}});
  table.add({{"aa"}, {"y"}});
  CHECK(table.print(false) == "A   B\n\u00e4\u00e4  x\naa  y\n");
}

TEST_CASE("colour does not move columns") {
  Table table({"A", "B"});
  table.add({{"x", Color::kRed}, {"y", Color::kGreen}});
  table.add({{"longer"}, {"", Color::kRed}});
  const std::string colored = table.print(true);
  CHECK(colored.find("\x1b[31mx\x1b[0m       \x1b[32my\x1b[0m\n") != std::string::npos);
  std::string stripped;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b')
      i = colored.find('m', i);
    else
      stripped += colored[i];
  }
  CHECK(stripped == table.print(false));
}

TEST_CASE("cells that have no room in the terminal go below their line") {
  Table table({"NAME", "LABELS", "STATE", "MESSAGE"});
  table.add({{"web-1"}, {"role=web,zone=eu-1a"}, {"failing"}, {"disk is full"}});
  table.add({{"db-1"}, {""}, {""}, {""}});
  CHECK(table.print(false, 30) ==
        "NAME   LABELS\n"
        "    STATE  MESSAGE\n"
        "web-1  role=web,zone=eu-1a\n"
        "    failing  disk is full\n"
        "db-1\n");
  // The first cell stays where it is, however narrow the terminal.
  CHECK(table.print(false, 12).starts_with("NAME\n    LABELS\n"));
}

TEST_CASE("nothing is painted where colour is off") {
  CHECK(paint("x", Color::kRed, false) == "x");
  CHECK(paint("x", Color::kNone, true) == "x");
  CHECK(paint("x", Color::kRed, true) == "\x1b[31mx\x1b[0m");
}

}  // namespace flatline::cli
