#include "agent/core/threshold.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace flatline {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_CASE("every form of a range, at its boundaries") {
  struct Row {
    const char* text;
    Range range;
    double good;
    double bad;
  };
  const Row rows[] = {
      {"10", {0, 10, false}, 10, 10.001},
      {"10", {0, 10, false}, 0, -0.001},
      {"0", {0, 0, false}, 0, 1},
      {"10:", {10, kInfinity, false}, 10, 9.999},
      {"~:10", {-kInfinity, 10, false}, -1e9, 10.5},
      {"10:20", {10, 20, false}, 20, 20.5},
      {"-5:-1.5", {-5, -1.5, false}, -1.5, -1},
      {"10:10", {10, 10, false}, 10, 10.5},
      {"@10:20", {10, 20, true}, 9.999, 10},
      {"@10:20", {10, 20, true}, 20.5, 20},
      {"@10", {0, 10, true}, -1, 0},
      {"@~:0", {-kInfinity, 0, true}, 0.5, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto range = parse_range(row.text);
    REQUIRE(range);
    CHECK(*range == row.range);
    CHECK_FALSE(range->alerts(row.good));
    CHECK(range->alerts(row.bad));
  }
}

TEST_CASE("what is no range") {
  for (const char* text :
       {"",    ":",   ":10", "@",   "@@1", "~",   "a",   "10:a", "20:10", "1:2:3",
        "10%", "1,5", " 10", "10 ", "inf", "nan", "1e3", "0x10", "+5",    "10:~"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_range(text));
  }
}

TEST_CASE("the worst range that alerts is the state") {
  const Thresholds both{parse_range("10"), parse_range("20")};
  CHECK(both.judge(10) == CheckState::kOk);
  CHECK(both.judge(15) == CheckState::kWarning);
  CHECK(both.judge(21) == CheckState::kCritical);
  const Thresholds critical{std::nullopt, parse_range("5:")};
  CHECK(critical.judge(4) == CheckState::kCritical);
  CHECK(critical.judge(5) == CheckState::kOk);
  CHECK(Thresholds{}.judge(1e30) == CheckState::kOk);
}

TEST_CASE("the worse of two states, in the plugins' order") {
  using enum CheckState;
  constexpr CheckState kOrder[] = {kOk, kWarning, kUnknown, kCritical};
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) CHECK(worse(kOrder[a], kOrder[b]) == kOrder[a > b ? a : b]);
  }
}

}  // namespace
}  // namespace flatline
