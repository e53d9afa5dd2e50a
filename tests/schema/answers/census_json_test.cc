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

TEST_CASE("what is counted of keys survives JSON, and before the first census there is no age") {
  KeysAnswer keys;
  keys.age_seconds = 0.5;
  keys.keys = {{1, "old", 5, 3, 2, 1, {{0, 4, 3}, {7, 1, 0}}}, {2, "new", 0, 0, 0, 0, {}}};
  keys.unheard = 6;
  keys.other_generations = 8;
  keys.advice = "3 hosts \"still\" speak";
  const std::string json = to_json(keys);
  CHECK(json ==
        R"({"age_seconds":0.5,"keys":[{"key_id":1,"state":"old","hosts":5,"speaking":3,"silent":2,)"
        R"("refused":1,"generations":[{"generation":0,"hosts":4,"speaking":3},)"
        R"({"generation":7,"hosts":1,"speaking":0}]},{"key_id":2,"state":"new","hosts":0,)"
        R"("speaking":0,"silent":0,"refused":0,"generations":[]}],"unheard":6,)"
        R"("other_generations":8,"advice":"3 hosts \"still\" speak"})");
  const auto read = keys_from_json(json);
  REQUIRE(read.has_value());
  CHECK(to_json(*read) == json);
  CHECK(to_json(KeysAnswer{}) == R"({"keys":[],"unheard":0,"other_generations":0})");
  CHECK_FALSE(keys_from_json("7").has_value());
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
