// One request for many hosts: what it may hold, that it answers for every name, and how many names
// are taken a second.

#include "tests/collector/api/operated.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr const char* kPath = "/api/v1/actions";

NamesDoneAnswer all_done(const ApiResponse& response) {
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  const auto answer = names_done_from_json(response.body);
  REQUIRE(answer);
  return *answer;
}

/// A body for so many names, n-1 and so on.
std::string expect_body(std::uint32_t names) {
  ActionBody body;
  body.verb = "expect";
  for (std::uint32_t i = 1; i <= names; ++i) body.names.push_back(fmt::format("n-{}", i));
  return to_json(body);
}

}  // namespace

TEST_CASE("one request drains many hosts, with an answer for each and one record") {
  Operated api;
  Host db("db-1");
  REQUIRE(api.fleet.hear(db) == Outcome::kAccepted);
  done(api.change("POST", "/api/v1/hosts/db-1/drain", R"({"for":"9h","why":"night"})"));
  const NamesDoneAnswer answer = all_done(api.change(
      "POST", kPath,
      R"({"verb":"drain","names":["web-1","db-1","web-9"],"for":"2h","why":"kernel","by":"ada"})"));
  CHECK(answer.done.action.action == "drain");
  CHECK(answer.done.action.host == "web-1");
  CHECK(answer.done.action.hosts == 3);
  CHECK(answer.done.action.hosts_changed == 2);
  CHECK(answer.done.action.changed);
  CHECK(answer.done.action.until == "2023-11-15T00:15:00.000Z");
  CHECK(answer.done.action.state == "in force");
  CHECK(answer.done.stored);
  REQUIRE(answer.answers.size() == 3);
  CHECK(answer.answers[0].name == "web-1");
  CHECK(answer.answers[0].result == "done");
  CHECK(answer.answers[0].note.empty());
  CHECK(answer.answers[1].result == "done");
  CHECK(answer.answers[1].note ==
        "this ends an earlier drain that would have lasted until 2023-11-15T07:15:00.000Z");
  CHECK(answer.answers[2].name == "web-9");
  CHECK(answer.answers[2].result == "unknown_host");
  CHECK(answer.answers[2].note == "no host is registered as web-9");
  CHECK(api.summary().drained == 2);
  CHECK(api.actions().total == 2);
  api.fleet.pass(2h);
  CHECK(api.actions().actions.front().state == "expired");
}

TEST_CASE("a drain of many hosts is in force while one of them is drained by it, and then ended") {
  Operated api;
  Host db("db-1");
  REQUIRE(api.fleet.hear(db) == Outcome::kAccepted);
  const auto state = [&] { return api.actions().actions.back().state; };
  all_done(api.change("POST", kPath,
                      R"({"verb":"drain","names":["web-1","db-1"],"for":"2h","why":"kernel"})"));
  CHECK(state() == "in force");
  all_done(api.change("POST", kPath, R"({"verb":"undrain","names":["web-1"]})"));
  CHECK(state() == "in force");
  // A drain to another end takes the place of the first one.
  done(api.change("POST", "/api/v1/hosts/db-1/drain", R"({"for":"3h","why":"disk"})"));
  CHECK(state() == "ended");
  api.fleet.pass(2h);
  CHECK(state() == "ended");
}

TEST_CASE("two drains of many hosts that end in one second are told apart, with their reasons") {
  Operated api;
  std::vector<Host> hosts;
  for (const char* name : {"db-1", "db-2", "db-3"}) {
    REQUIRE(api.fleet.hear(hosts.emplace_back(name)) == Outcome::kAccepted);
  }
  const std::string until = R"(,"until":"2023-11-15T00:15:00Z"})";
  const auto drain = [&](const std::string& names, const std::string& why) {
    return api.change("POST", kPath,
                      R"({"verb":"drain","names":[)" + names + R"(],"why":")" + why + '"' + until);
  };
  const NamesDoneAnswer first = all_done(drain(R"("web-1","db-1")", "kernel"));
  const NamesDoneAnswer second = all_done(drain(R"("db-2","db-3")", "disks"));
  CHECK(first.done.action.until == "2023-11-15T00:15:00.000Z");
  CHECK(second.done.action.until == "2023-11-15T00:15:00.001Z");
  api.board.publish(api.fleet.tick());
  const auto why = [&](const std::string& name) {
    const auto host = host_from_json(api.change("GET", "/api/v1/hosts/" + name).body);
    REQUIRE(host);
    return host->row.drain.value_or(DrainAnswer{}).why;
  };
  CHECK(why("db-1") == "kernel");
  CHECK(why("db-2") == "disks");
  all_done(api.change("POST", kPath, R"({"verb":"undrain","names":["db-1","web-1"]})"));
  const ActionPageAnswer page = api.actions();
  REQUIRE(page.actions.size() == 3);
  CHECK(page.actions[1].state == "in force");
  CHECK(page.actions[2].state == "ended");
}

TEST_CASE("every verb is taken, with the words for what came of it") {
  Operated api;
  struct Row {
    std::string body;
    std::string result;
    double number;
  };
  const std::vector<Row> rows = {
      {R"({"verb":"undrain","names":["web-1"]})", "unchanged", 0},
      {R"({"verb":"reset","names":["web-1"]})", "done", 1},
      {R"({"verb":"revoke","names":["web-1"],"below":1})", "done", 2},
      {R"({"verb":"revoke","names":["web-1"],"below":1})", "unchanged", 0},
      {R"({"verb":"forget","names":["web-1"],"why":"sold"})", "done", 3},
      {R"({"verb":"forget","names":["web-1"]})", "unchanged", 0},
      {R"({"verb":"admit","names":["web-1"]})", "done", 4},
      {R"({"verb":"admit","names":["web-1"]})", "unknown_host", 0},
      {R"({"verb":"expect","names":["web-1"]})", "done", 5},
      {R"({"verb":"unexpect","names":["web-1"]})", "done", 6},
      {R"({"verb":"unexpect","names":["web-1"]})", "unknown_host", 0}};
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const NamesDoneAnswer answer = all_done(api.change("POST", kPath, row.body));
    CHECK(answer.answers.at(0).result == row.result);
    CHECK(answer.done.action.number == row.number);
    CHECK(answer.done.action.changed == (row.number != 0));
  }
  const NamesDoneAnswer frozen = all_done(
      api.change("POST", kPath, R"({"verb":"freeze","until":"2023-11-14T23:15:00Z","why":"w"})"));
  CHECK(frozen.answers.empty());
  CHECK(frozen.done.action.until == "2023-11-14T23:15:00.000Z");
  CHECK(frozen.done.action.length.empty());
  const ActionDoneAnswer shorter =
      done(api.change("POST", "/api/v1/freeze", R"({"for":"1m","why":"w"})"));
  CHECK(shorter.note ==
        "this ends an earlier freeze that would have lasted until 2023-11-14T23:15:00.000Z");
}

TEST_CASE("a full fleet and a full table of bans refuse single names, and the others go on") {
  Operated api;
  const std::uint32_t capacity = api.fleet.options.capacity;
  const NamesDoneAnswer expected = all_done(api.change("POST", kPath, expect_body(capacity + 1)));
  CHECK(expected.answers.at(capacity - 2).result == "done");
  CHECK(expected.answers.at(capacity - 1).result == "fleet_full");
  CHECK(expected.done.action.hosts_changed == capacity - 1);
  for (std::uint32_t i = 0; i < kBans; ++i) {
    Ban ban{AgentId{1'000 + i}, HostName{"gone"}};
    ban.revoked_below = 1;
    REQUIRE(api.fleet.fleet.restore(i, ban));
  }
  const NamesDoneAnswer forgotten =
      all_done(api.change("POST", kPath, R"({"verb":"forget","names":["web-1","n-1"]})"));
  CHECK(forgotten.answers.at(0).result == "no_room");
  CHECK(forgotten.answers.at(1).result == "done");  // It was expected, and needs no tombstone.
}

TEST_CASE("a request for many hosts that is not understood is refused as a whole") {
  Operated api;
  struct Row {
    std::string body;
    std::string says;
  };
  const std::vector<Row> rows = {
      {"", "verb: '' is not allowed; give one of drain, undrain,"},
      {R"({"verb":"Drain","names":["web-1"],"for":"2h","why":"x"})", "verb: 'Drain'"},
      {R"({"verb":"reset"})", "names: 0 are not allowed; give 1 to 1000"},
      {R"({"verb":"reset","names":[]})", "names must be a list of host names"},
      {R"({"verb":"reset","names":"web-1"})", "names must be a list of host names"},
      {R"({"verb":"reset","names":[1]})", "names must be a list of texts"},
      {R"({"verb":"reset","names":["web-1"],"names":["web-1"]})", "names is given twice"},
      {R"({"verb":"reset","names":["we b","web-1","ü"]})", "not a host name: 'we b', 'ü'; must be"},
      {R"({"verb":"freeze","names":["web-1"],"for":"2h","why":"x"})", "freeze takes no `names`"},
      {R"({"verb":"drain","names":["web-1"],"why":"x"})", "`until` may stand in place of `for`"},
      {R"({"verb":"drain","names":["web-1"],"why":"x","for":"1h","until":"2023-11-15T00:00:00Z"})",
       "`until` may stand in place of `for`"},
      {R"({"verb":"drain","names":["web-1"],"why":"x","until":"tomorrow"})",
       "until: 'tomorrow' is not allowed; give a time 1s to 90d ahead, as 2023-11-15T00:15:00"},
      {R"({"verb":"drain","names":["web-1"],"why":"x","until":"2023-11-14T22:15:00Z"})", "until:"},
      {R"({"verb":"drain","names":["web-1"],"why":"x","until":"2025-11-14T22:15:00Z"})", "until:"},
      {R"({"verb":"reset","names":["web-1"],"until":"2023-11-15T00:00:00Z"})", "takes no `until`"},
      {R"({"verb":"reset","names":["web-1"],"part":0})", "part must be a whole number from 1"},
      {R"({"verb":"reset","names":["web-1"],"part":1.5})", "part must be a whole number from 1"},
      {R"({"verb":"reset","names":["web-1"],"host":"x"})",
       "no field 'host'; there are verb, names"},
      {expect_body(kNamesPerAction + 1), "1001 are not allowed"}};
  for (const Row& row : rows) {
    CAPTURE(row.body.substr(0, 100));
    const ApiResponse response = api.change("POST", kPath, row.body);
    CHECK(response.status == 400);
    CHECK_MESSAGE(error_of(response).find(row.says) != std::string::npos, error_of(response));
  }
  CHECK(api.actions().total == 0);
  ApiRequest request = api.request("POST", kPath, R"({"verb":"reset","names":["web-1"]})");
  request.key.clear();
  CHECK(api.ask(request).status == 400);
}

TEST_CASE("the same key answers alike, and another request or a gap under it is refused") {
  Operated api;
  ApiRequest request =
      api.request("POST", kPath, R"({"verb":"expect","names":["a","b"],"part":1})");
  const NamesDoneAnswer first = all_done(api.ask(request));
  CHECK_FALSE(first.done.repeated);
  // The part that is absent is the first.
  request.body = R"({"names":["a","b"],"verb":"expect"})";
  const NamesDoneAnswer again = all_done(api.ask(request));
  CHECK(again.done.repeated);
  CHECK(again.done.action.number == first.done.action.number);
  CHECK(again.answers.at(1).result == "done");
  request.body = R"({"verb":"expect","names":["a","c"]})";
  CHECK(api.ask(request).status == 409);
  request.body = R"({"verb":"expect","names":["c"],"part":3})";
  const ApiResponse gap = api.ask(request);
  CHECK(gap.status == 409);
  CHECK(error_of(gap) == "part 3 cannot come yet: the last was part 1");
  request.body = R"({"verb":"expect","names":["c"],"part":2})";
  CHECK(all_done(api.ask(request)).done.action.hosts == 3);
  CHECK(api.actions().total == 1);
}

TEST_CASE("no more than a quarter of the capacity is named in a second") {
  Operated api;
  const std::uint32_t share = kDefaultCapacity / kNamesShareOfCapacity;
  std::uint32_t taken = 0;
  ApiResponse response;
  while ((response = api.change("POST", kPath, expect_body(kNamesPerAction))).status == 200) {
    taken += kNamesPerAction;
    REQUIRE(taken <= share);
  }
  CHECK(taken == share / kNamesPerAction * kNamesPerAction);
  CHECK(response.status == 429);
  CHECK(response.retry_after_seconds == 1);
  api.fleet.now += 1s;
  CHECK(api.change("POST", kPath, expect_body(kNamesPerAction)).status == 200);
}

TEST_CASE(
    "while nobody knows the admin token changes are refused with the reason, until it is mended") {
  Operated api;
  api.gate.set_token("", "admin.token: mode 0644 lets others read a secret");
  CHECK(api.gate.has_trouble());
  const std::string body = R"({"verb":"reset","names":["web-1"]})";
  for (const char* authorization : {kAdmin, "", "Bearer "}) {
    ApiRequest request = api.request("POST", kPath, body);
    request.authorization = authorization;
    const ApiResponse refused = api.ask(request);
    CHECK(refused.status == 503);
    CHECK(error_of(refused).find("admin.token: mode 0644") != std::string::npos);
  }
  ApiRequest elsewhere = api.request("POST", kPath, body);
  elsewhere.is_private = false;
  CHECK(api.ask(elsewhere).status == 403);
  CHECK(api.change("GET", "/api/v1/summary").status == 200);
  api.gate.set_tokens("", "", {}, false);  // Its file cannot be read yet.
  CHECK(api.gate.has_trouble());
  api.gate.set_tokens("another", "", {}, false);
  CHECK_FALSE(api.gate.has_trouble());
  ApiRequest request = api.request("POST", kPath, body);
  CHECK(api.ask(request).status == 401);
  request.authorization = "Bearer another";
  CHECK(api.ask(request).status == 200);
}

TEST_CASE("trouble with the admin token ends without a change of the token") {
  AdminGate gate("made", kMinCapacity, Instant{});
  gate.set_token("made", "admin.token: the disk is full");
  gate.set_tokens("rotated", "", {}, false);
  gate.clear_trouble();  // Of one that was written before it was rotated.
  CHECK(gate.token() == "rotated");
  gate.set_token("rotated", "admin.token: the disk is full");
  gate.clear_trouble();
  CHECK_FALSE(gate.has_trouble());
  CHECK(gate.trouble().empty());
  CHECK(gate.token() == "rotated");
}

TEST_CASE("a small fleet may be named as a whole, and then waits as long as its share takes") {
  AdminGate gate("operators-alone", kMinCapacity, Instant{});
  CHECK(gate.admit_names(kMinCapacity, Instant{}) == Duration{0});
  // The share of a second is 16 names, of which all 64 took four: one of the burst, three owed.
  const Duration wait = gate.admit_names(1, Instant{});
  CHECK(wait > 3s);
  CHECK(wait < 4s);
  CHECK(gate.admit_names(1, Instant{} + wait) == Duration{0});
}

}  // namespace flatline
