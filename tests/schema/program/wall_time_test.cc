#include "schema/program/wall_time.h"

#include <doctest/doctest.h>

#include <utility>

using namespace flatline;
using namespace std::chrono_literals;

namespace {

/// 2026-11-24T02:30:00Z.
constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 2h + 30min};

/// Returns what a text means, written as text again; it is empty if the text means nothing.
std::string again(const char* text) {
  const auto time = parse_rfc3339(text);
  return time ? format_rfc3339(*time) : "";
}

std::string moment(const char* text, Milliseconds utc_offset = Milliseconds{0},
                   WallTime now = kNow) {
  const auto time = parse_wall_time(text, now, [=](WallTime) { return utc_offset; });
  return time ? format_rfc3339(*time) : "";
}

}  // namespace

TEST_CASE("RFC 3339 is read to milliseconds, with any offset") {
  const std::pair<const char*, const char*> rows[] = {
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {"2026-11-23T03:14:05Z", "2026-11-23T03:14:05.000Z"},
      {"2026-11-23t03:14:05z", "2026-11-23T03:14:05.000Z"},
      {"2026-11-23 03:14:05Z", "2026-11-23T03:14:05.000Z"},
      {"2026-11-23T03:14:05.2Z", "2026-11-23T03:14:05.200Z"},
      {"2026-11-23T03:14:05.123999Z", "2026-11-23T03:14:05.123Z"},
      {"2026-11-23T03:14:05+01:00", "2026-11-23T02:14:05.000Z"},
      {"2026-11-23T03:14:05-05:30", "2026-11-23T08:44:05.000Z"},
      {"2026-11-23T03:14:05-00:00", "2026-11-23T03:14:05.000Z"},
      {"2027-01-01T00:30:00+01:00", "2026-12-31T23:30:00.000Z"},
      {"2026-12-31T23:59:59.999-00:01", "2027-01-01T00:00:59.999Z"},
      {"2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000Z"},
      {"2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"}};
  for (const auto& [text, written] : rows) {
    CAPTURE(text);
    CHECK(again(text) == written);
  }
}

TEST_CASE("what is no moment of RFC 3339 is refused") {
  for (const char* text : {"",
                           "Z",
                           "2026",
                           "2026-11-23",
                           "2026-11-23T03:14:05",
                           "2026-11-23T03:14Z",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T03:60:00Z",
                           "2026-11-23T03:14:60Z",
                           "2026-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-00-10T00:00:00Z",
                           "2026-13-10T00:00:00Z",
                           "2026-11-00T00:00:00Z",
                           "26-11-23T03:14:05Z",
                           "2026-1-23T03:14:05Z",
                           "2026-11-23T3:14:05Z",
                           "2026-11-23T03:14:05.Z",
                           "2026-11-23T03:14:05+0100",
                           "2026-11-23T03:14:05+24:00",
                           "2026-11-23T03:14:05+01:60",
                           "2026-11-23T03:14:05Z ",
                           " 2026-11-23T03:14:05Z",
                           "2026-11-23T03:14:05ZZ",
                           "-2026-11-23T03:14:05Z",
                           "2026/11/23T03:14:05Z",
                           "2026-11-23_03:14:05Z"}) {
    CAPTURE(text);
    CHECK(again(text).empty());
  }
}

TEST_CASE("a moment may be that long ago") {
  CHECK(moment("-15m") == "2026-11-24T02:15:00.000Z");
  CHECK(moment("-1d2h30m") == "2026-11-23T00:00:00.000Z");
  CHECK(moment("-250ms") == "2026-11-24T02:29:59.750Z");
  CHECK(moment("-0s") == "2026-11-24T02:30:00.000Z");
  for (const char* text : {"-", "15m", "-15", "--15m", "-15m ", "-m", "-1m1h", "- 15m", "+15m"}) {
    CAPTURE(text);
    CHECK(moment(text).empty());
  }
}

TEST_CASE("a time of day is when it last was, by local clocks") {
  struct Row {
    const char* text;
    Milliseconds utc_offset;
    const char* means;
  };
  const Row rows[] = {{"02:30", 0h, "2026-11-24T02:30:00.000Z"},
                      {"02:29:59", 0h, "2026-11-24T02:29:59.000Z"},
                      {"02:30:01", 0h, "2026-11-23T02:30:01.000Z"},
                      {"02:30:00.001", 0h, "2026-11-23T02:30:00.001Z"},
                      {"03:14", 0h, "2026-11-23T03:14:00.000Z"},
                      {"00:00", 0h, "2026-11-24T00:00:00.000Z"},
                      {"23:59:59", 0h, "2026-11-23T23:59:59.000Z"},
                      {"03:14", 1h, "2026-11-24T02:14:00.000Z"},
                      {"03:31", 1h, "2026-11-23T02:31:00.000Z"},
                      // In other offsets it is still yesterday, or already much later.
                      {"21:00", -5h, "2026-11-24T02:00:00.000Z"},
                      {"22:00", -5h, "2026-11-23T03:00:00.000Z"},
                      {"16:29", 14h, "2026-11-24T02:29:00.000Z"},
                      {"08:15", 5h + 45min, "2026-11-24T02:30:00.000Z"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.utc_offset.count());
    CHECK(moment(row.text, row.utc_offset) == row.means);
  }
  for (const char* text :
       {"24:00", "3:14", "03:60", "03:14:60", "03", "03:1", "03:14ZZ", "0314", "Z"}) {
    CAPTURE(text);
    CHECK(moment(text).empty());
  }
}

/// When clocks change; in autumn, from two hours ahead of UTC to one.
constexpr WallTime kSet{std::chrono::sys_days{std::chrono::year{2026} / 10 / 25} + 1h};

TEST_CASE("a time of day is of the offset that was in force then, not of today's") {
  const auto autumn = [](WallTime time) {
    return time < kSet ? Milliseconds{2h} : Milliseconds{1h};
  };
  const auto spring = [](WallTime time) {
    return time < kSet ? Milliseconds{1h} : Milliseconds{2h};
  };
  struct Row {
    const char* text;
    UtcOffset offset;
    Milliseconds after;  ///< How long after the change `now` is.
    const char* means;
  };
  const Row rows[] = {{"03:14", autumn, 2h + 30min, "2026-10-25T02:14:00.000Z"},
                      {"01:30", autumn, 2h + 30min, "2026-10-24T23:30:00.000Z"},
                      {"23:00", autumn, 2h + 30min, "2026-10-24T21:00:00.000Z"},
                      // 02:30 came twice that day; it means the later one as soon as that has come.
                      {"02:30", autumn, 2h, "2026-10-25T01:30:00.000Z"},
                      {"02:30", autumn, 10min, "2026-10-25T00:30:00.000Z"},
                      // 02:30 never came that day.
                      {"02:30", spring, 2h, "2026-10-24T01:30:00.000Z"},
                      {"01:30", spring, 2h, "2026-10-25T00:30:00.000Z"},
                      {"03:30", spring, 2h, "2026-10-25T01:30:00.000Z"},
                      {"01:30Z", spring, 2h, "2026-10-25T01:30:00.000Z"},
                      {"03:30Z", spring, 2h, "2026-10-24T03:30:00.000Z"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto time = parse_wall_time(row.text, kSet + row.after, row.offset);
    REQUIRE(time);
    CHECK(format_rfc3339(*time) == row.means);
  }
}

TEST_CASE("a time of day goes back over the year's end") {
  constexpr WallTime kNewYear{std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}};
  CHECK(moment("00:00", 0h, kNewYear) == "2027-01-01T00:00:00.000Z");
  CHECK(moment("23:59", 0h, kNewYear) == "2026-12-31T23:59:00.000Z");
  CHECK(moment("-1ms", 0h, kNewYear) == "2026-12-31T23:59:59.999Z");
}

TEST_CASE("a day is one of local clocks, with or without a time of day") {
  struct Row {
    const char* text;
    Milliseconds utc_offset;
    const char* means;
  };
  const Row rows[] = {{"2026-11-23 12:59", 0h, "2026-11-23T12:59:00.000Z"},
                      {"2026-11-23T12:59", 1h, "2026-11-23T11:59:00.000Z"},
                      {"2026-11-23 12:59:05", 1h, "2026-11-23T11:59:05.000Z"},
                      {"2026-11-23 12:59:05.25", -5h, "2026-11-23T17:59:05.250Z"},
                      {"2026-11-23", 1h, "2026-11-22T23:00:00.000Z"},
                      {"2026-11-23 12:59Z", 1h, "2026-11-23T12:59:00.000Z"},
                      {"2026-11-23 12:59+02:00", 1h, "2026-11-23T10:59:00.000Z"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(moment(row.text, row.utc_offset) == row.means);
  }
  for (const char* text : {"2026-11-23 ", "2026-11-23 1:00", "2026-11-31", "2026-11-31 12:00",
                           "2026-11", "2026-11-23 12", "2026-11-23 12:59 ", "2026-11-23 12:59:"}) {
    CAPTURE(text);
    CHECK(moment(text).empty());
  }
  // On the day on which clocks are set, local times are of the offset that holds at each.
  const auto autumn = [](WallTime time) {
    return time < kSet ? Milliseconds{2h} : Milliseconds{1h};
  };
  const auto written = [&](const char* text, const UtcOffset& offset) {
    return format_rfc3339(parse_wall_time(text, kNow, offset).value());
  };
  CHECK(written("2026-10-25", autumn) == "2026-10-24T22:00:00.000Z");
  CHECK(written("2026-10-25 02:30", autumn) == "2026-10-25T01:30:00.000Z");
  CHECK(written("2026-10-25 12:00", autumn) == "2026-10-25T11:00:00.000Z");
  const auto spring = [](WallTime time) {
    return time < kSet ? Milliseconds{1h} : Milliseconds{2h};
  };
  CHECK(written("2026-10-25 02:30", spring) == "2026-10-25T01:30:00.000Z");  // It never came.
}

TEST_CASE("a moment may be seconds since 1970, as date writes them") {
  CHECK(moment("@0") == "1970-01-01T00:00:00.000Z");
  CHECK(moment("@1795403640") == "2026-11-23T03:14:00.000Z");
  CHECK(moment("@1795403640.25") == "2026-11-23T03:14:00.250Z");
  for (const char* text :
       {"@", "@-1", "@1e9", "@ 1", "@1.", "@.5", "@123456789012", "1795403640"}) {
    CAPTURE(text);
    CHECK(moment(text).empty());
  }
}
