#include "schema/program/duration.h"

#include <doctest/doctest.h>

#include <random>
#include <utility>
#include <vector>

namespace flatline {
namespace {

TEST_CASE("durations are read with their unit") {
  const std::vector<std::pair<std::string_view, std::int64_t>> rows = {{"0s", 0},
                                                                       {"1ms", 1},
                                                                       {"250ms", 250},
                                                                       {"1s", 1'000},
                                                                       {"90s", 90'000},
                                                                       {"1m", 60'000},
                                                                       {"1m30s", 90'000},
                                                                       {"2h", 7'200'000},
                                                                       {"7d", 604'800'000},
                                                                       {"1d1h1m1s1ms", 90'061'001},
                                                                       {"1000d", 86'400'000'000},
                                                                       {"24000h", 86'400'000'000},
                                                                       {"1m1ms", 60'001},
                                                                       {"007s", 7'000}};
  for (const auto& [text, ms] : rows) {
    CAPTURE(text);
    const auto duration = parse_duration(text);
    REQUIRE(duration);
    CHECK(duration->count() == ms);
  }
}

TEST_CASE("anything else is no duration") {
  for (const std::string_view text : {"",
                                      "1",
                                      "s",
                                      "ms",
                                      "1 s",
                                      " 1s",
                                      "1s ",
                                      "-1s",
                                      "+1s",
                                      "1.5s",
                                      "1S",
                                      "1sec",
                                      "1us",
                                      "1ns",
                                      "1w",
                                      "1s1m",
                                      "1s1s",
                                      "1ms1s",
                                      "1001d",
                                      "1000d1ms",
                                      "24001h",
                                      "9223372036854775807ms",
                                      "9223372036854775808ms",
                                      "99999999999999999999s",
                                      "0x1s",
                                      "1m30",
                                      "1,5s",
                                      "1s\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK_FALSE(parse_duration(std::string_view("1s\0", 3)));
}

TEST_CASE("durations are written shortest and read back") {
  const std::vector<std::pair<std::int64_t, std::string_view>> rows = {{0, "0s"},
                                                                       {1, "1ms"},
                                                                       {999, "999ms"},
                                                                       {1'000, "1s"},
                                                                       {1'001, "1s1ms"},
                                                                       {60'000, "1m"},
                                                                       {90'000, "1m30s"},
                                                                       {300'000, "5m"},
                                                                       {3'600'000, "1h"},
                                                                       {86'400'000, "1d"},
                                                                       {90'061'001, "1d1h1m1s1ms"}};
  for (const auto& [ms, text] : rows) CHECK(format_duration(Milliseconds{ms}) == text);

  std::mt19937_64 random(11);
  for (int round = 0; round < 10'000; ++round) {
    const Milliseconds duration{random() % 86'400'000'001};
    CAPTURE(duration.count());
    CHECK(parse_duration(format_duration(duration)) == duration);
  }
}

}  // namespace
}  // namespace flatline
