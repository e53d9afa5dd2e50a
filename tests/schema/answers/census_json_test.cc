// What is counted of all hosts, as JSON and back.

#include "schema/answers/census_json.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

TEST_CASE("a page of checks survives JSON") {
  CheckPageAnswer page;
  page.total = 2;
  page.next = "web \"server\"";
  page.age_seconds = 0.75;
  page.checks = {{"disk", 21, 1, 2, 3, 4, 5}, {"web \"server\"", 7, 7, 0, 0, 0, 0}};
  page.other_names = 3;
  page.other = CheckCountAnswer{"", 6, 1, 1, 1, 1, 2};
  const std::string json = to_json(page);
  CHECK(json ==
        R"({"total":2,"next":"web \"server\"","age_seconds":0.75,"checks":[)"
        R"({"name":"disk","hosts":21,"ok":1,"warning":2,"critical":3,"unknown":4,"pending":5},)"
        R"({"name":"web \"server\"","hosts":7,"ok":7,"warning":0,"critical":0,"unknown":0,)"
        R"("pending":0}],"other_names":3,"other":{"hosts":6,"ok":1,"warning":1,"critical":1,)"
        R"("unknown":1,"pending":2}})");
  const auto read = check_page_from_json(json);
  REQUIRE(read.has_value());
  CHECK(to_json(*read) == json);
}

TEST_CASE("before the first census there is no age, and without others no `other`") {
  const std::string json = to_json(CheckPageAnswer{});
  CHECK(json == R"({"total":0,"checks":[],"other_names":0})");
  const auto read = check_page_from_json(json);
  REQUIRE(read.has_value());
  CHECK_FALSE(read->age_seconds.has_value());
  CHECK_FALSE(read->other.has_value());
  CHECK_FALSE(check_page_from_json("[]").has_value());
}

}  // namespace
}  // namespace flatline
