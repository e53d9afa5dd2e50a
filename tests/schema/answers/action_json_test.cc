#include "schema/answers/action_json.h"

#include <doctest/doctest.h>

using namespace flatline;

namespace {

ActionAnswer sample_action() {
  return {7,
          "drain",
          "web-1",
          "ada",
          "new kernel",
          "2026-11-23T15:00:00.000Z",
          "2h",
          "2026-11-23T17:00:00.000Z",
          {},
          true,
          "in force",
          "k-1",
          3,
          2};
}

constexpr std::string_view kActionFields =
    R"("number":7,"action":"drain","host":"web-1","by":"ada","why":"new kernel",)"
    R"("at":"2026-11-23T15:00:00.000Z","for":"2h","until":"2026-11-23T17:00:00.000Z",)"
    R"("changed":true,"state":"in force","key":"k-1","hosts":3,"hosts_changed":2)";

}  // namespace

TEST_CASE("the JSON of a change, to the letter, and back") {
  const ActionDoneAnswer change{sample_action(), true, false, "in memory only"};
  const std::string json = to_json(change);
  CHECK(json == "{" + std::string(kActionFields) +
                    R"(,"repeated":true,"stored":false,"note":"in memory only"})");
  const auto back = action_done_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK_FALSE(back->action.below.has_value());
}

TEST_CASE("the JSON of a page of actions, to the letter, and back") {
  ActionPageAnswer page{2, "6", {sample_action(), {}}};
  page.actions[1].below = 0;
  const std::string json = to_json(page);
  CHECK(json == R"({"total":2,"next":"6","actions":[{)" + std::string(kActionFields) +
                    R"(},{"number":0,"below":0,"changed":false,"hosts":0,"hosts_changed":0}]})");
  const auto back = action_page_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK(back->actions.at(1).below == 0);
  CHECK_FALSE(action_page_from_json("[]").has_value());
}

TEST_CASE(
    "the JSON of who asks, to the letter, and back; a name that was proved is an action's too") {
  const WhoamiAnswer nobody{"", "reader", "", {}, "no token was shown"};
  CHECK(to_json(nobody) == R"({"role":"reader","actions":[],"note":"no token was shown"})");
  const WhoamiAnswer ada{"ada", "drain", "2027-01-31T12:00:00.000Z", {"drain", "undrain"}, ""};
  const std::string json = to_json(ada);
  CHECK(json == R"({"name":"ada","role":"drain","expires":"2027-01-31T12:00:00.000Z",)"
                R"("actions":["drain","undrain"]})");
  const auto back = whoami_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK_FALSE(whoami_from_json("[]"));
  ActionAnswer action = sample_action();
  action.token_name = "ada@laptop";
  const std::string change = to_json(ActionDoneAnswer{action, true, false, ""});
  CHECK(change.find(R"("token_name":"ada@laptop")") != std::string::npos);
  REQUIRE(action_done_from_json(change));
  CHECK(action_done_from_json(change)->action.token_name == "ada@laptop");
}

TEST_CASE("the JSON of a page of bans, to the letter, and back") {
  const BanPageAnswer page{3, 16384, "7", {{"web-1", 2, {}}, {"db-1", {}, 3}}};
  const std::string json = to_json(page);
  CHECK(json ==
        R"({"total":3,"room":16384,"next":"7","orders":[{"host":"web-1","forgotten_up_to":2},)"
        R"({"host":"db-1","revoked_below":3}]})");
  const auto back = ban_page_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
}

TEST_CASE("a request is read back as it was written; nothing is a request without fields") {
  const ActionBody request{"1h30m", "für \"alle\"", "ada", 65535};
  const auto back = action_body_from_json(to_json(request));
  REQUIRE(std::holds_alternative<ActionBody>(back));
  CHECK(to_json(std::get<ActionBody>(back)) == to_json(request));
  CHECK(to_json(ActionBody{}) == "{}");
  for (const char* empty : {"", " \n", "{}", " { } "}) {
    const auto read = action_body_from_json(empty);
    REQUIRE(std::holds_alternative<ActionBody>(read));
    CHECK(to_json(std::get<ActionBody>(read)) == "{}");
  }
}

TEST_CASE("a request that is not understood as a whole is refused, with the field's name") {
  struct Row {
    std::string json;
    std::string says;
  };
  std::string deep(40, '[');
  const std::vector<Row> rows = {
      {"{", "not JSON"},
      {"for=2h", "not JSON"},
      {deep, "not JSON"},
      {R"({"why":"x"} {})", "not JSON"},
      {"[]", "not an object"},
      {"null", "not an object"},
      {"\"2h\"", "not an object"},
      {R"({"For":"2h"})", "no field 'For'"},
      {R"({"for":"2h","until":"x"})", "no field 'until'"},
      {R"({"length":"2h"})", "no field 'length'"},
      {R"({"for":7200})", "for must be text"},
      {R"({"for":null})", "for must be text"},
      {R"({"why":""})", "why must be text"},
      {R"({"by":["x"]})", "by must be text"},
      {R"({"below":"3"})", "below must be a number"},
      {R"({"why":"a","why":"b"})", "why is given twice"},
      {R"({"below":1,"below":1})", "below is given twice"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    const auto read = action_body_from_json(row.json);
    REQUIRE(std::holds_alternative<ActionBodyError>(read));
    const std::string& message = std::get<ActionBodyError>(read).message;
    CHECK_MESSAGE(message.find(row.says) != std::string::npos, message);
    CHECK(message.starts_with("body: "));
  }
}

TEST_CASE("a request for many hosts and its answer, to the letter, and back") {
  ActionBody body;
  body.verb = "drain";
  body.names = {"web-1", "web-2"};
  body.until = "2026-11-23T17:00:00Z";
  body.part = 2;
  const std::string json = to_json(body);
  CHECK(json ==
        R"({"verb":"drain","names":["web-1","web-2"],"until":"2026-11-23T17:00:00Z","part":2})");
  const auto read = names_body_from_json(json);
  REQUIRE(std::holds_alternative<ActionBody>(read));
  CHECK(to_json(std::get<ActionBody>(read)) == json);
  CHECK(std::holds_alternative<ActionBodyError>(action_body_from_json(json)));

  const NamesDoneAnswer done{{sample_action(), false, true, ""},
                             {{"web-1", "done", ""}, {"web-2", "unknown_host", "no such host"}}};
  const std::string answer = to_json(done);
  CHECK(answer == "{" + std::string(kActionFields) +
                      R"(,"repeated":false,"stored":true,"answers":[{"name":"web-1",)"
                      R"("result":"done"},{"name":"web-2","result":"unknown_host",)"
                      R"("note":"no such host"}]})");
  const auto back = names_done_from_json(answer);
  REQUIRE(back);
  CHECK(to_json(*back) == answer);
}
