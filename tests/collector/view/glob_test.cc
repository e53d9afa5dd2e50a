// Tests patterns for names, by rows and against a naive matcher.

#include "collector/view/glob.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/collector/view/naive_glob.h"

namespace flatline {
namespace {

bool matches(const std::string& pattern, std::string_view text, bool is_exact = false) {
  GlobSet set;
  set.add({pattern, is_exact}, 1);
  return set.match(text) == 1;
}

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
    CHECK(matches(row.pattern, row.text) == row.matches);
  }
}

TEST_CASE("an exact pattern's stars stand for themselves") {
  CHECK(matches("a*", "a*", true));
  CHECK_FALSE(matches("a*", "ab", true));
  CHECK_FALSE(matches("a?", "ab", true));
}

TEST_CASE("a pattern longer than any name matches nothing, and its longest is within") {
  const std::string longest(GlobSet::kItems - 1, 'a');
  CHECK(matches(longest + "?", longest + "b"));
  CHECK(matches("*" + longest + "a", longest + "a"));
  CHECK_FALSE(matches("*" + longest + "aa", longest + "a"));
  CHECK_FALSE(matches("*" + std::string(1000, '?'), longest));
  CHECK(matches(std::string(1000, '*') + "a", "a"));
}

TEST_CASE("many patterns at once match as each of them does alone") {
  std::mt19937 random(7);
  const auto text_of = [&](const char* letters, unsigned most) {
    std::string text;
    for (std::size_t size = random() % (most + 1); text.size() < size;) {
      text += letters[random() % std::string_view(letters).size()];
    }
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    // Sixteen of up to 20 items take several words, and share them.
    std::vector<std::string> patterns;
    GlobSet set;
    for (std::uint32_t i = 0; i < 16; ++i) {
      patterns.push_back(text_of("ab*?", round % 2 == 0 ? 5 : 20));
      set.add({patterns.back(), false}, 1U << i);
    }
    const std::string text = text_of("ab", 12);
    CAPTURE(text);
    const std::uint32_t found = set.match(text);
    for (std::uint32_t i = 0; i < 16; ++i) {
      CAPTURE(patterns[i]);
      REQUIRE((found >> i & 1) == (test::naive_glob(patterns[i], text) ? 1 : 0));
    }
  }
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
    REQUIRE(matches(pattern, text) == test::naive_glob(pattern, text));
  }
}

}  // namespace
}  // namespace flatline
