#include "tools/cli/report/draw.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

namespace flatline::cli {
namespace {

BitmapAnswer empty_answer(std::uint32_t capacity) {
  BitmapAnswer answer;
  answer.header.capacity = capacity;
  answer.header.planes = kPlanes;
  answer.words.resize(kPlanes * capacity / 64);
  return answer;
}

void set(BitmapAnswer& answer, std::uint32_t slot, std::initializer_list<Plane> planes) {
  for (const Plane plane : planes) {
    answer.words[static_cast<std::size_t>(plane) * answer.header.capacity / 64 + slot / 64] |=
        std::uint64_t{1} << slot % 64;
  }
}

void set_healthy(BitmapAnswer& answer, std::uint32_t slot) {
  set(answer, slot, {Plane::kRegistered, Plane::kKnown, Plane::kReporting, Plane::kHealthy});
}

/// One slot of every kind, in slots 0 to 9.
BitmapAnswer one_of_each() {
  BitmapAnswer answer = empty_answer(64);
  set_healthy(answer, 0);
  set(answer, 1, {Plane::kRegistered, Plane::kKnown, Plane::kReporting});
  set(answer, 2, {Plane::kRegistered, Plane::kKnown});
  set(answer, 3, {Plane::kRegistered});
  set_healthy(answer, 4);
  set(answer, 4, {Plane::kWarning});
  set(answer, 5, {Plane::kRegistered, Plane::kKnown, Plane::kDrained});
  // Slot 6 is free.
  set_healthy(answer, 7);
  set(answer, 7, {Plane::kConflict});
  set(answer, 8, {Plane::kRegistered, Plane::kAwaited});
  set(answer, 9, {Plane::kRegistered, Plane::kAwaited, Plane::kKnown});
  return answer;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("every kind of slot has a character of its own, and the legend counts them") {
  CHECK(draw_map(one_of_each(), 80, 20, false) ==
        "0  .FS?w- !eM\n"
        "\n"
        "S silent 1   M missing 1   F failing 1   ! conflict 1   w warning 1   ? unknown 1   "
        "e expected 1   . healthy 1   - drained 1   (a character is a slot)\n");
}

TEST_CASE("an empty fleet is said in words") {
  CHECK(draw_map(empty_answer(64), 80, 20, false) == "No host is registered.\n");
}

TEST_CASE("lines fit the width, whatever it is, and name their first slot") {
  BitmapAnswer answer = empty_answer(1024);
  for (std::uint32_t slot = 0; slot < 1000; ++slot) set_healthy(answer, slot);
  for (const std::size_t columns : {1, 3, 5, 6, 7, 20, 79, 80, 81, 500, 5000}) {
    CAPTURE(columns);
    const auto lines = lines_of(draw_map(answer, columns, 1000, false));
    std::size_t drawn = 0;
    for (const std::string& line : lines) {
      if (line.empty()) break;
      CHECK(line.size() <= std::max<std::size_t>(columns, 6));
      drawn += static_cast<std::size_t>(std::count(line.begin(), line.end(), '.'));
    }
    CHECK(drawn == 1000);
  }
  const auto lines = lines_of(draw_map(answer, 105, 1000, false));
  CHECK(lines.at(0) == "  0  " + std::string(100, '.'));
  CHECK(lines.at(9) == "900  " + std::string(100, '.'));
}

TEST_CASE("only up to the highest registered slot") {
  BitmapAnswer answer = empty_answer(1'048'576);
  set_healthy(answer, 0);
  set_healthy(answer, 65);
  CHECK(lines_of(draw_map(answer, 80, 20, false)).at(0) == " 0  ." + std::string(64, ' ') + ".");
}

TEST_CASE("a large fleet is drawn to scale: a character shows the worst of its slots") {
  BitmapAnswer answer = empty_answer(1'048'576);
  for (std::uint32_t slot = 0; slot < 1'048'576; ++slot) set_healthy(answer, slot);
  // One host in a million is silent, and the map must show it.
  for (const Plane plane : {Plane::kReporting, Plane::kHealthy}) {
    answer.words[static_cast<std::size_t>(plane) * 1'048'576 / 64 + 777'777 / 64] &=
        ~(std::uint64_t{1} << 777'777 % 64);
  }
  const std::string text = draw_map(answer, 80, 20, false);
  const auto lines = lines_of(text);
  CHECK(std::find(lines.begin(), lines.end(), "") - lines.begin() <= 20);
  CHECK(std::count(text.begin(), text.end(), 'S') == 2);  // One is in the legend.
  CHECK(text.find("S silent 1   . healthy 1048575") != std::string::npos);
  CHECK(text.find("shows the worst)") != std::string::npos);
}

TEST_CASE("colour changes nothing but colour") {
  const std::string colored = draw_map(one_of_each(), 80, 20, true);
  CHECK(colored.find("\x1b[31mF\x1b[0m") != std::string::npos);
  std::string stripped;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b')
      i = colored.find('m', i);
    else
      stripped += colored[i];
  }
  CHECK(stripped == draw_map(one_of_each(), 80, 20, false));
}

}  // namespace flatline::cli
