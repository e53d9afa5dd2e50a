#include "schema/answers/past_json.h"

#include <doctest/doctest.h>

using namespace flatline;

namespace {

constexpr std::string_view kHostHistoryJson =
    R"({"name":"web-1","from":"2026-11-23T03:00:00.000Z","to":"2026-11-23T04:00:00.000Z",)"
    R"("step_seconds":10,"watched_seconds":3590,"healthy_seconds":1800.5,"gap_seconds":10,)"
    R"("total":7,"next":"5","spans":[{"from":"2026-11-23T03:00:00.000Z",)"
    R"("to":"2026-11-23T03:30:00.000Z","state":"failing","warning":true,"drained":false,)"
    R"("flapping":true,"conflict":false},{"from":"2026-11-23T03:30:00.000Z",)"
    R"("to":"2026-11-23T04:00:00.000Z","state":"gap","warning":false,"drained":false,)"
    R"("flapping":false,"conflict":false}]})";

constexpr std::string_view kFleetHistoryJson =
    R"({"from":"2026-11-23T03:00:00.000Z","to":"2026-11-23T04:00:00.000Z","step_seconds":10,)"
    R"("bucket_seconds":1800,"points":[{"from":"2026-11-23T03:00:00.000Z",)"
    R"("time":"2026-11-23T03:07:10.000Z","steps":179,"missing":1,"hosts":15,"healthy":1,)"
    R"("failing":2,"silent":3,"unknown":4,"expected":5,"flags":["blind","panic"],)"
    R"("missing_hosts":6},)"
    R"({"from":"2026-11-23T03:30:00.000Z","steps":0,"missing":180,"hosts":0,"healthy":0,)"
    R"("failing":0,"silent":0,"unknown":0,"expected":0,"flags":[],"missing_hosts":0}]})";

constexpr std::string_view kDiffJson =
    R"({"from":"2026-11-23T03:00:00.000Z","to":"2026-11-23T04:00:00.000Z","changed":1,"came":2,)"
    R"("went":3,"planes":[{"name":"healthy","count":12}],"total":10,"next":"17","changes":[)"
    R"({"name":"web-1","slot":7,"kind":"changed","before":"healthy","after":"silent",)"
    R"("beside":["+warning","-drained"]},{"slot":8,"kind":"came","after":"healthy","beside":[]}],)"
    R"("unremembered":4})";

}  // namespace

TEST_CASE("one host's history as JSON and back") {
  const auto answer = host_history_from_json(kHostHistoryJson);
  REQUIRE(answer);
  CHECK(answer->watched_seconds == 3590);
  CHECK(answer->next == "5");
  REQUIRE(answer->spans.size() == 2);
  CHECK(answer->spans[0].flapping);
  CHECK_FALSE(answer->spans[0].conflict);
  CHECK(answer->spans[1].state == kGapState);
  CHECK(to_json(*answer) == kHostHistoryJson);
}

TEST_CASE("the fleet's history as JSON and back; a gap has no time") {
  const auto answer = fleet_history_from_json(kFleetHistoryJson);
  REQUIRE(answer);
  CHECK(answer->bucket_seconds == 1800);
  REQUIRE(answer->points.size() == 2);
  CHECK(answer->points[0].expected == 5);
  CHECK(answer->points[0].missing_hosts == 6);
  CHECK(answer->points[0].flags == std::vector<std::string>{"blind", "panic"});
  CHECK(answer->points[1].time.empty());
  CHECK(to_json(*answer) == kFleetHistoryJson);
}

TEST_CASE("a diff as JSON and back; who came has no state before") {
  const auto answer = diff_from_json(kDiffJson);
  REQUIRE(answer);
  CHECK(answer->went == 3);
  REQUIRE(answer->planes.size() == 1);
  CHECK(answer->planes[0].count == 12);
  REQUIRE(answer->changes.size() == 2);
  CHECK(answer->changes[0].beside == std::vector<std::string>{"+warning", "-drained"});
  CHECK(answer->changes[1].name.empty());
  CHECK(answer->changes[1].before.empty());
  CHECK(to_json(*answer) == kDiffJson);
}

TEST_CASE("what is no answer about the past is nothing") {
  for (const char* text : {"", "[]", "null", "{", R"({"from":7})"}) {
    CAPTURE(text);
    CHECK_FALSE(host_history_from_json(text));
    CHECK_FALSE(fleet_history_from_json(text));
    CHECK_FALSE(diff_from_json(text));
  }
  CHECK_FALSE(host_history_from_json(R"({"spans":1})"));
  CHECK_FALSE(fleet_history_from_json(R"({"points":{}})"));
  CHECK_FALSE(diff_from_json(R"({"changes":"x"})"));
}

TEST_CASE("fields of later versions are skipped") {
  const auto later = diff_from_json(R"({"changed":4,"later":{"a":[1,2]}})");
  REQUIRE(later);
  CHECK(later->changed == 4);
}
