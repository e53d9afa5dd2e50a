#include "tools/cli/screen/map.h"

#include <doctest/doctest.h>

#include "tests/tools/cli/screen/made_fleet.h"

namespace flatline::cli::screen {
namespace {

std::string drawn(const Map& map) {
  return text_of({map.lines});
}

char sign(std::initializer_list<std::pair<Mark, std::size_t>> hosts) {
  std::array<std::size_t, kMarks> counts{};
  for (const auto& [mark, count] : hosts) counts[mark] = count;
  return sign_of(counts).character;
}

}  // namespace

TEST_CASE("a character is small where some are in trouble, and large where half of them are") {
  CHECK(sign({{kHealthy, 27}}) == '.');
  CHECK(sign({{kHealthy, 26}, {kSilent, 1}}) == 's');
  CHECK(sign({{kHealthy, 14}, {kSilent, 13}}) == 's');
  CHECK(sign({{kHealthy, 13}, {kSilent, 13}}) == 'S');
  CHECK(sign({{kHealthy, 20}, {kFailing, 4}, {kSilent, 3}}) == 'f');
  CHECK(sign({{kFailing, 3}, {kSilent, 3}}) == 'S');    // The worse of as many.
  CHECK(sign({{kWarning, 20}, {kFailing, 1}}) == 'f');  // Who is down goes before who warns.
  CHECK(sign({{kUnknown, 20}, {kMissing, 1}}) == 'm');
  CHECK(sign({{kDrained, 9}, {kSilent, 1}}) == 'S');  // Drained hosts do not count.
  CHECK(sign({{kDrained, 9}}) == '-');
  CHECK(sign({{kDrained, 9}, {kHealthy, 1}}) == '.');
  CHECK(sign({}) == ' ');
}

TEST_CASE("hosts stand in the order of their labels, those without one last") {
  // Slots 0 and 1 have no label, 2 to 5 are db, 6 to 9 are cache.
  const Memberships labels = {label("role", "db", 2, 5, 10), label("role", "cache", 6, 9, 10)};
  const Map map = draw_map(bitmap_of("SS....FFFF"), labels, {"role"}, {40, 6});
  CHECK(map.order == "role");
  CHECK(map.scale == 1);
  CHECK(drawn(map) == "cache  FFFF\ndb  ....\n-  SS\n");
  CHECK(text_of({{map.legend}}) == "S silent  F failing  . healthy\n");
}

TEST_CASE("values of the first key begin lines, and those of the second stand side by side") {
  const Memberships labels = {label("role", "db", 0, 3, 8), label("role", "web", 4, 7, 8),
                              label("zone", "a", 0, 1, 8), label("zone", "b", 2, 3, 8),
                              label("zone", "a", 4, 5, 8)};
  const Map map = draw_map(bitmap_of("..SS...."), labels, {"role", "zone"}, {40, 4});
  CHECK(drawn(map) == "db/a  .. b SS\nweb/a  .. - ..\n");
}

TEST_CASE("a map always fits, and shows every host") {
  std::string letters;
  for (int slot = 0; slot < 1000; ++slot) letters += slot % 7 == 0 ? 'S' : '.';
  const BitmapAnswer bitmap = bitmap_of(letters);
  const Memberships labels = {label("role", "db", 0, 399, 1000),
                              label("role", "web", 400, 999, 1000)};
  for (std::size_t rows = 1; rows < 20; ++rows) {
    for (const std::size_t columns : {20, 59, 80, 200}) {
      CAPTURE(rows);
      CAPTURE(columns);
      const Map map = draw_map(bitmap, labels, {"role"}, {columns, rows});
      CHECK(map.lines.size() <= rows);
      std::size_t signs = 0;
      for (const Line& line : map.lines) {
        CHECK(columns_of(line) <= columns);
        for (const Run& run : line) {
          signs += static_cast<std::size_t>(std::count(run.text.begin(), run.text.end(), '.') +
                                            std::count(run.text.begin(), run.text.end(), 's') +
                                            std::count(run.text.begin(), run.text.end(), 'S'));
        }
      }
      CHECK(signs * map.scale >= 1000);
    }
  }
}

TEST_CASE("labels that would take most of the room are left out") {
  Memberships labels;
  for (std::size_t rack = 0; rack < 60; ++rack) {
    labels.push_back(label("rack", "r" + std::to_string(rack), rack, rack, 64));
  }
  CHECK(draw_map(bitmap_of(std::string(64, '.')), labels, {"rack"}, {60, 2}).order.empty());
  CHECK(draw_map(bitmap_of(""), labels, {"rack"}, {60, 2}).lines.empty());
}

}  // namespace flatline::cli::screen
