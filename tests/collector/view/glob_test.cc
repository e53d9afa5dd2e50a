// Tests patterns for names, by rows and against a naive matcher.

#include "collector/view/glob.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/collector/view/naive_glob.h"

namespace flatline {
namespace {

TEST_CASE("a star stands for any characters, a question mark for one") {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Row rows[] = {{"web-1", "web-1", true},
                      {"web-1", "web-12", false},
                      {"web-1", "web-", false},
                      {"web-*", "web-12", true},
                      {"web-*", "web-", true},
                      {"web-*", "web", false},
                      {"*", "x", true},
                      {"*", "", true},
                      {"**", "x", true},
                      {"?", "x", true},
                      {"?", "", false},
                      {"?", "xy", false},
                      {"w?b", "wob", true},
                      {"w?b", "wb", false},
                      {"*-1", "web-1", true},
                      {"*-1", "web-12", false},
                      {"*b-*", "web-1", true},
                      {"w*b*1", "web-1", true},
                      {"w*b*1", "web-2", false},
                      {"*a*a*", "aba", true},
                      {"*a*a*", "ba", false},
                      {"w*?1", "web-1", true},
                      {"w*?1", "w1", false},
                      {"?*?", "ab", true},
                      {"?*?", "a", false},
                      {"", "", true},
                      {"", "x", false},
                      {"gr\xC3\xB6?e",
                       "gr\xC3\xB6\xC3\x9F"
                       "e",
                       true},  // A character of two bytes is one.
                      {"gr?\xC3\x9F"
                       "e",
                       "gr\xC3\xB6\xC3\x9F"
                       "e",
                       true},
                      {"??", "\xC3\xB6", false}};
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.text);
    CHECK(Glob(row.pattern, false).matches(row.text) == row.matches);
  }
}

TEST_CASE("an exact pattern's stars stand for themselves") {
  CHECK(Glob("a*", true).matches("a*"));
  CHECK_FALSE(Glob("a*", true).matches("ab"));
  CHECK_FALSE(Glob("a?", true).matches("ab"));
}

TEST_CASE("a pattern longer than any name matches nothing, and its longest is within") {
  const std::string longest(Glob::kItems - 1, 'a');
  CHECK(Glob(longest + "?", false).matches(longest + "b"));
  CHECK(Glob("*" + longest + "a", false).matches(longest + "a"));
  CHECK_FALSE(Glob("*" + longest + "aa", false).matches(longest + "a"));
  CHECK_FALSE(Glob("*" + std::string(1000, '?'), false).matches(longest));
  CHECK(Glob(std::string(1000, '*') + "a", false).matches("a"));
}

TEST_CASE("it agrees with a naive matcher") {
  std::mt19937 random(2026);
  const auto text_of = [&](const char* letters, unsigned most) {
    std::string text;
    for (std::size_t size = random() % (most + 1); text.size() < size;) {
      text += letters[random() % std::string_view(letters).size()];
    }
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string pattern = text_of("ab*?", 8);
    const std::string text = text_of("ab", 10);
    CAPTURE(pattern);
    CAPTURE(text);
    REQUIRE(Glob(pattern, false).matches(text) == test::naive_glob(pattern, text));
  }
}

}  // namespace
}  // namespace flatline
