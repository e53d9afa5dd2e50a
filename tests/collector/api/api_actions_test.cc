// Operators' actions by HTTP requests: who may ask, which requests are understood, that an action
// is done once for its key, and that the answer says what happened.

#include <set>

#include "tests/collector/api/operated.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr const char* kDrain = R"({"for":"2h","why":"new kernel","by":"ada"})";

}  // namespace

TEST_CASE("without the admin token nothing changes, and the attempt is counted") {
  Operated api("readers");
  struct Row {
    std::string authorization;
    bool is_private;
    unsigned status;
  };
  const std::vector<Row> rows = {{"", true, 401},
                                 {"Bearer readers", true, 401},
                                 {"Bearer operators-alon", true, 401},
                                 {"Bearer operators-alone ", true, 401},
                                 {"operators-alone", true, 401},
                                 {"", false, 403},
                                 // Over a network without TLS not even the right token is taken.
                                 {kAdmin, false, 403}};
  for (const Row& row : rows) {
    CAPTURE(row.authorization);
    ApiRequest request = api.request("POST", "/api/v1/hosts/web-1/drain", kDrain);
    request.authorization = row.authorization;
    request.is_private = row.is_private;
    CHECK(api.ask(request).status == row.status);
  }
  const SummaryAnswer summary = api.summary();
  CHECK(summary.operators.refused_attempts == rows.size());
  CHECK(summary.drained == 0);
  CHECK(api.actions().total == 0);
  // The admin token also allows reading, over loopback; anybody else needs the read token.
  ApiRequest look = api.request("GET", "/api/v1/actions");
  look.is_private = false;
  CHECK(api.ask(look).status == 401);
  look.authorization = "Bearer readers";
  CHECK(api.ask(look).status == 200);
  CHECK(api.summary().operators.refused_attempts == rows.size());
}

TEST_CASE("every action, with what the fleet and the actions say of it") {
  Operated api;
  const ActionDoneAnswer drained = done(api.change("POST", "/api/v1/hosts/web-1/drain", kDrain));
  CHECK(drained.action.action == "drain");
  CHECK(drained.action.host == "web-1");
  CHECK(drained.action.why == "new kernel");
  CHECK(drained.action.by == "ada");
  CHECK(drained.action.length == "2h");
  CHECK(drained.action.at == "2023-11-14T22:15:00.000Z");
  CHECK(drained.action.until == "2023-11-15T00:15:00.000Z");
  CHECK(drained.action.state == "in force");
  CHECK(drained.action.changed);
  CHECK(drained.stored);
  CHECK(drained.note.empty());
  CHECK(api.summary().drained == 1);
  const auto host = host_from_json(api.change("GET", "/api/v1/hosts/web-1").body);
  REQUIRE(host);
  CHECK(host->row.drained);
  CHECK(host->drained_until == "2023-11-15T00:15:00.000Z");

  CHECK(done(api.change("DELETE", "/api/v1/hosts/web-1/drain")).action.state == "done");
  CHECK_FALSE(done(api.change("DELETE", "/api/v1/hosts/web-1/drain")).action.changed);
  CHECK(api.summary().drained == 0);
  CHECK(host_from_json(api.change("GET", "/api/v1/hosts/web-1").body)->drained_until.empty());

  const ActionDoneAnswer frozen =
      done(api.change("POST", "/api/v1/freeze", R"({"for":"90s","why":"failover","by":"bo"})"));
  CHECK(frozen.action.host.empty());
  SummaryAnswer summary = api.summary();
  CHECK(std::ranges::count(summary.flags, "frozen") == 1);
  CHECK(summary.operators.frozen_until == "2023-11-14T22:16:30.000Z");
  CHECK(summary.operators.frozen_why == "failover");
  CHECK(summary.operators.frozen_by == "bo");
  done(api.change("DELETE", "/api/v1/freeze"));
  summary = api.summary();
  CHECK(summary.flags == std::vector<std::string>{"warming"});
  CHECK(summary.operators.frozen_until.empty());

  done(api.change("POST", "/api/v1/hosts/web-1/reset"));
  CHECK(done(api.change("POST", "/api/v1/hosts/web-1/revoke", R"({"below":1})")).action.below == 1);
  done(api.change("DELETE", "/api/v1/hosts/web-1", R"({"why":"sold"})"));
  summary = api.summary();
  CHECK(summary.hosts == 0);
  CHECK(summary.operators.tombstones == 1);
  CHECK(summary.operators.revocations == 1);
  done(api.change("POST", "/api/v1/hosts/web-1/admit"));
  CHECK(api.summary().operators.tombstones == 0);

  const std::vector<std::pair<std::string, std::string>> expected = {
      {"admit", "done"},   {"forget", "ended"},  {"revoke", "in force"},
      {"reset", "done"},   {"unfreeze", "done"}, {"freeze", "ended"},
      {"undrain", "done"}, {"drain", "ended"}};  // The second undrain changed nothing.
  const ActionPageAnswer page = api.actions();
  CHECK(page.total == expected.size());
  REQUIRE(page.actions.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(page.actions[i].action == expected[i].first);
    CHECK(page.actions[i].state == expected[i].second);
    CHECK(page.actions[i].number == static_cast<double>(expected.size() - i));
  }
}

TEST_CASE("a host that is expected is shown before it is heard, and as any other when it is") {
  Operated api;
  Host db("db-1");
  const ActionDoneAnswer expected =
      done(api.change("POST", "/api/v1/hosts/db-1/expect", R"({"why":"rack 7","by":"ada"})"));
  CHECK(expected.action.action == "expect");
  CHECK(expected.action.state == "in force");
  CHECK(expected.action.changed);
  CHECK_FALSE(done(api.change("POST", "/api/v1/hosts/db-1/expect")).action.changed);
  CHECK_FALSE(done(api.change("POST", "/api/v1/hosts/web-1/expect")).action.changed);
  SummaryAnswer summary = api.summary();
  CHECK(summary.hosts == 2);
  CHECK(summary.expected == 1);
  CHECK(summary.unknown == 0);
  const auto shown = host_from_json(api.change("GET", "/api/v1/hosts/db-1").body);
  REQUIRE(shown);
  CHECK(shown->row.state == "expected");
  CHECK_FALSE(shown->row.conflict);
  ApiRequest listed = api.request("GET", "/api/v1/hosts");
  listed.query = {{"filter", "expected"}};
  const auto page = host_page_from_json(api.ask(listed).body);
  REQUIRE(page);
  REQUIRE(page->total == 1);
  CHECK(page->hosts[0].name == "db-1");

  api.fleet.pass(kExpectedGrace);
  summary = api.summary();
  CHECK(summary.missing == 1);
  CHECK(summary.expected == 0);
  CHECK(summary.silent == 1);  // web-1 has sent nothing since.
  REQUIRE(api.fleet.hear(db) == Outcome::kAccepted);
  summary = api.summary();
  CHECK(summary.missing == 0);
  CHECK(summary.healthy == 1);
  CHECK(api.actions().actions.back().state == "ended");
  CHECK(api.change("POST", "/api/v1/hosts/db-2/expect", R"({"for":"2h"})").status == 400);
}

TEST_CASE("who is expected and taken back may come; with every slot taken the next is refused") {
  Operated api;
  done(api.change("POST", "/api/v1/hosts/db-1/expect"));
  CHECK(done(api.change("DELETE", "/api/v1/hosts/db-1")).action.state == "done");
  CHECK(api.actions().actions.back().state == "ended");
  CHECK(api.summary().operators.tombstones == 0);
  CHECK(api.change("DELETE", "/api/v1/hosts/db-1").status == 404);
  for (std::uint32_t i = 1; i < api.fleet.options.capacity; ++i) {
    done(api.change("POST", fmt::format("/api/v1/hosts/db-{}/expect", i)));
  }
  const ApiResponse refused = api.change("POST", "/api/v1/hosts/one-more/expect");
  CHECK(refused.status == 507);
  CHECK_MESSAGE(error_of(refused).find(
                    fmt::format("all {} slots are taken", api.fleet.options.capacity)) == 0,
                error_of(refused));
  CHECK(api.summary().hosts == api.fleet.options.capacity);
}

TEST_CASE("who was expected is taken back by unexpect, and who was heard stays and is told of") {
  Operated api;
  done(api.change("POST", "/api/v1/hosts/db-1/expect"));
  const ActionDoneAnswer taken = done(api.change("DELETE", "/api/v1/hosts/db-1/expect"));
  CHECK(taken.action.action == "unexpect");
  CHECK(taken.action.state == "done");
  CHECK(taken.action.changed);
  CHECK(taken.note.empty());
  CHECK(api.summary().hosts == 1);
  CHECK(api.change("DELETE", "/api/v1/hosts/db-1/expect").status == 404);
  const ActionDoneAnswer heard = done(api.change("DELETE", "/api/v1/hosts/web-1/expect"));
  CHECK_FALSE(heard.action.changed);
  CHECK(heard.note == "it was heard, and stays until it is forgotten");
  CHECK(api.summary().hosts == 1);
  CHECK(api.actions().actions.back().state == "ended");
}

TEST_CASE("a drain and a freeze expire, and a later one ends an earlier one") {
  Operated api;
  done(api.change("POST", "/api/v1/hosts/web-1/drain", kDrain));
  done(api.change("POST", "/api/v1/hosts/web-1/drain", R"({"for":"5s","why":"again"})"));
  done(api.change("POST", "/api/v1/freeze", R"({"for":"5s","why":"w"})"));
  CHECK(api.actions().actions.at(2).state == "ended");
  api.fleet.pass(4999ms);
  CHECK(api.actions().actions.at(1).state == "in force");
  CHECK(api.actions().actions.at(0).state == "in force");
  api.fleet.pass(1ms);
  CHECK(api.actions().actions.at(1).state == "expired");
  CHECK(api.actions().actions.at(0).state == "expired");
}

TEST_CASE("a drain may begin later: it is listed as planned before, and cancelled like any") {
  Operated api;
  const ActionDoneAnswer planned =
      done(api.change("POST", "/api/v1/hosts/web-1/drain",
                      R"({"for":"2h","at":"2023-11-14T23:00:00Z","why":"new kernel","by":"ada"})"));
  CHECK(planned.action.state == "planned");
  CHECK(planned.action.at == "2023-11-14T22:15:00.000Z");
  CHECK(planned.action.from == "2023-11-14T23:00:00.000Z");
  CHECK(planned.action.until == "2023-11-15T01:00:00.000Z");
  CHECK(api.summary().drained == 0);
  const auto told = [&] { return *host_from_json(api.change("GET", "/api/v1/hosts/web-1").body); };
  HostAnswer host = told();
  CHECK_FALSE(host.row.drained);
  REQUIRE(host.row.drain);
  CHECK(host.row.drain->from == "2023-11-14T23:00:00.000Z");
  CHECK(host.row.drain->until == "2023-11-15T01:00:00.000Z");
  CHECK(host.row.drain->why == "new kernel");
  CHECK(host.row.drain->by == "ada");
  const auto page = host_page_from_json(api.change("GET", "/api/v1/hosts").body);
  REQUIRE(page->hosts.size() == 1);
  CHECK(page->hosts[0].drain->from == "2023-11-14T23:00:00.000Z");

  api.fleet.now += 45min;
  CHECK(api.summary().drained == 1);
  CHECK(told().row.drained);
  CHECK(api.actions().actions[0].state == "in force");
  CHECK(done(api.change("DELETE", "/api/v1/hosts/web-1/drain")).action.changed);
  CHECK(api.actions().actions[1].state == "ended");
  CHECK(api.summary().drained == 0);
  CHECK_FALSE(told().row.drain);

  const ApiResponse many = api.change(
      "POST", "/api/v1/actions",
      R"({"verb":"drain","names":["web-1"],"at":"2023-11-15T00:00:00Z","until":"2023-11-15T01:00:00Z","why":"x"})");
  CHECK(names_done_from_json(many.body)->done.action.state == "planned");
}

TEST_CASE("what is not understood is refused with the reason, and nothing is done") {
  Operated api;
  struct Row {
    std::string method;
    std::string path;
    std::string body;
    std::string says;
  };
  const std::string drain = "/api/v1/hosts/web-1/drain";
  const std::string long_why = fmt::format(R"({{"for":"2h","why":"{}"}})", std::string(121, 'x'));
  const std::string long_by = fmt::format(R"({{"by":"{}"}})", std::string(65, 'x'));
  const std::vector<Row> rows = {
      {"POST", drain, "", "drain needs `for` and `why`"},
      {"POST", drain, R"({"for":"2h"})", "needs `for` and `why`"},
      {"POST", drain, R"({"why":"x"})", "needs `for` and `why`"},
      {"POST", drain, "for=2h", "not JSON"},
      {"POST", drain, R"({"for":"2h","why":"x","until":"y"})", "no field 'until'"},
      {"POST", drain, R"({"for":"2","why":"x"})", "for: '2' is not allowed; give 1s to 90d"},
      {"POST", drain, R"({"for":"999ms","why":"x"})", "give 1s to 90d"},
      {"POST", drain, R"({"for":"90d1ms","why":"x"})", "give 1s to 90d"},
      {"POST", drain, R"({"for":"2h","why":"x","below":1})", "drain takes no `below`"},
      {"POST", drain, long_why, "why must be at most 120 bytes"},
      {"POST", drain, R"({"for":"2h","why":"a\nb"})", "why must be at most 120 bytes"},
      {"POST", drain, R"({"for":"2h","why":"x","at":"02:00"})", "at: '02:00' is not allowed; give"},
      {"POST", drain, R"({"for":"2h","why":"x","at":"2023-11-14T22:13:59Z"})", "at: '2023-"},
      {"POST", drain, R"({"for":"2h","why":"x","at":"2024-03-01T00:00:00Z"})", "up to 90d ahead"},
      {"DELETE", drain, R"({"at":"2023-11-14T23:00:00Z"})", "undrain takes no `at`"},
      {"DELETE", drain, R"({"for":"2h"})", "undrain takes no `for`"},
      {"DELETE", drain, long_by, "by must be at most 64 bytes"},
      {"POST", "/api/v1/freeze", R"({"why":"x"})", "freeze needs `for` and `why`"},
      {"POST", "/api/v1/hosts/web-1/revoke", "{}", "revoke needs `below`"},
      {"POST", "/api/v1/hosts/web-1/revoke", R"({"below":65536})", "from 0 to 65535"},
      {"POST", "/api/v1/hosts/web-1/revoke", R"({"below":-1})", "from 0 to 65535"},
      {"POST", "/api/v1/hosts/web-1/revoke", R"({"below":1.5})", "from 0 to 65535"},
      {"POST", "/api/v1/hosts/we b/drain", kDrain, "not a host name"},
      {"DELETE", "/api/v1/hosts/..", "", "not a host name"}};
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const ApiResponse response = api.change(row.method, row.path, row.body);
    CHECK(response.status == 400);
    CHECK_MESSAGE(error_of(response).find(row.says) != std::string::npos, error_of(response));
  }
  for (const std::string& key : {std::string(), std::string("a b"), std::string("k\x7F"),
                                 std::string("kü"), std::string(kIdempotencyKeyBytes + 1, 'k')}) {
    ApiRequest request = api.request("POST", drain, kDrain);
    request.key = key;
    const ApiResponse response = api.ask(request);
    CHECK(response.status == 400);
    CHECK(error_of(response).find("Idempotency-Key") != std::string::npos);
  }
  CHECK(api.change("PUT", drain, kDrain).allow == "POST, DELETE");
  CHECK(api.change("POST", "/api/v1/hosts/web-1").allow == "GET, HEAD, DELETE");
  CHECK(api.actions().total == 0);
  CHECK(api.summary().hosts == 1);
  CHECK(api.summary().drained == 0);
}

TEST_CASE("nobody of that name is 404, and no room is 507") {
  Operated api;
  CHECK(error_of(api.change("POST", "/api/v1/hosts/web-2/drain", kDrain)) ==
        "no host is registered as web-2");
  CHECK(api.change("DELETE", "/api/v1/hosts/web-2").status == 404);
  CHECK(error_of(api.change("POST", "/api/v1/hosts/web-2/admit")).find("nothing keeps it out") !=
        std::string::npos);
  for (std::uint32_t i = 0; i < kBans; ++i) {
    Ban ban{AgentId{1'000 + i}, HostName{"gone"}};
    ban.revoked_below = 1;
    REQUIRE(api.fleet.fleet.restore(i, ban));
  }
  const ApiResponse full = api.change("DELETE", "/api/v1/hosts/web-1");
  CHECK(full.status == 507);
  CHECK(error_of(full).find("admit some first") != std::string::npos);
}

TEST_CASE("the same key does it once; with another request it is refused, and says for what") {
  Operated api;
  ApiRequest request = api.request("POST", "/api/v1/hosts/web-1/drain", kDrain);
  const ActionDoneAnswer first = done(api.ask(request));
  CHECK_FALSE(first.repeated);
  api.fleet.pass(10s);
  const ActionDoneAnswer again = done(api.ask(request));
  CHECK(again.repeated);
  CHECK(again.action.number == first.action.number);
  CHECK(again.action.until == first.action.until);
  // The same action in another spelling counts as the same.
  request.body = R"({ "by":"ada", "why":"new kernel", "for":"120m" })";
  CHECK(done(api.ask(request)).repeated);
  request.body = R"({"for":"3h","why":"new kernel","by":"ada"})";
  const ApiResponse other = api.ask(request);
  CHECK(other.status == 409);
  CHECK(error_of(other).find("was used before for something else: drain;") != std::string::npos);
  CHECK(api.actions().total == 1);
}

TEST_CASE("keys of one command, used for another, are refused alike for every host") {
  Operated api;
  std::set<std::string> errors;
  for (const char* host : {"web-1", "web-2"}) {
    const std::string path = std::string("/api/v1/hosts/") + host;
    ApiRequest request = api.request("POST", path + "/revoke", R"({"below":1})");
    request.key = std::string("b1/") + host;
    CHECK(api.ask(request).status == 200);
    request.body = R"({"below":2})";
    errors.insert(error_of(api.ask(request)));
  }
  CHECK(errors == std::set<std::string>{"this Idempotency-Key was used before for something else: "
                                        "revoke; give every change a key of its own"});
}

TEST_CASE("a name that nobody has may be revoked, and is told apart from one that somebody has") {
  Operated api;
  const auto note = [&](const char* host, const char* body) {
    return done(api.change("POST", std::string("/api/v1/hosts/") + host + "/revoke", body)).note;
  };
  CHECK(note("web-1", R"({"below":1})") == "");
  CHECK(note("wbe-1", R"({"below":1})") ==
        "no host of that name is registered: is it spelt right?");
  CHECK(note("wbe-1", R"({"below":0})") == "");
}

TEST_CASE("bans are listed page by page, whoever still remembers the action") {
  Operated api;
  const auto page = [&](std::map<std::string, std::string> query) {
    ApiRequest request = api.request("GET", "/api/v1/orders");
    request.query = std::move(query);
    const auto answer = ban_page_from_json(api.ask(request).body);
    REQUIRE(answer);
    return *answer;
  };
  CHECK(page({}).total == 0);
  CHECK(page({}).room == kBans);
  REQUIRE(api.change("DELETE", "/api/v1/hosts/web-1").status == 200);
  for (const char* host : {"db-1", "db-2"}) {
    const std::string path = std::string("/api/v1/hosts/") + host + "/revoke";
    REQUIRE(api.change("POST", path, R"({"below":3})").status == 200);
  }
  const BanPageAnswer first = page({{"limit", "2"}});
  CHECK(first.total == 3);
  REQUIRE(first.bans.size() == 2);
  CHECK(first.bans[0].host == "web-1");
  CHECK(first.bans[0].forgotten_up_to == 0);
  CHECK_FALSE(first.bans[0].revoked_below);
  const BanPageAnswer last = page({{"limit", "2"}, {"after", first.next}});
  CHECK(last.total == 3);
  REQUIRE(last.bans.size() == 1);
  CHECK(last.bans[0].host == "db-2");
  CHECK(last.bans[0].revoked_below == 3);
  CHECK(last.next.empty());
  // A revocation that was lifted is no longer listed.
  REQUIRE(api.change("POST", "/api/v1/hosts/db-1/revoke", R"({"below":0})").status == 200);
  CHECK(page({}).total == 2);
  for (const char* after : {"x", "16384", "-1"}) {
    ApiRequest request = api.request("GET", "/api/v1/orders");
    request.query = {{"after", after}};
    CHECK(api.ask(request).status == 400);
  }
}

TEST_CASE("with a disk that fails a change is done all the same, and the answer says so") {
  Operated api;
  api.storage.degraded = true;
  api.storage.reason = "flatline.db: disk full";
  const ApiRequest request = api.request("POST", "/api/v1/hosts/web-1/drain", kDrain);
  const ActionDoneAnswer change = done(api.ask(request));
  CHECK_FALSE(change.stored);
  CHECK(change.note.find("in memory only: flatline.db: disk full") != std::string::npos);
  CHECK(api.summary().drained == 1);
  api.storage = {};
  CHECK(done(api.ask(request)).stored);
}

TEST_CASE("a loop that does not come by leaves nothing done") {
  Operated api;
  api.queue.close();
  api.loop_comes_by = false;
  const ApiResponse response = api.change("POST", "/api/v1/hosts/web-1/drain", kDrain);
  CHECK(response.status == 503);
  CHECK(response.retry_after_seconds > 0);
  CHECK(api.actions().total == 0);
}

TEST_CASE("changes have a rate of their own") {
  Operated api;
  ApiResponse response;
  int passed = 0;
  for (; passed <= kChangesBurst; ++passed) {
    response = api.change("POST", "/api/v1/hosts/web-1/reset");
    if (response.status != 200) break;
  }
  CHECK(passed == kChangesBurst);
  CHECK(response.status == 429);
  CHECK(response.retry_after_seconds == 1);
  CHECK(api.summary().operators.refused_attempts == 0);
  api.fleet.now += 1s;
  CHECK(api.change("POST", "/api/v1/hosts/web-1/reset").status == 200);
}

TEST_CASE("actions come in pages, the newest first, as many as are remembered") {
  Operated api;
  ActionRequest request{ActionKind::kReset, 0, api.web.credential.agent_id, api.web.snapshot.name};
  for (std::uint32_t i = 1; i <= kActions + 5; ++i) {
    request.key = IdempotencyKey{std::to_string(i)};
    api.executor.perform(request, api.fleet.arrival().wall);
  }
  double expected = kActions + 5;
  std::string after;
  do {
    const ActionPageAnswer page = api.actions({{"limit", "1000"}, {"after", after}});
    CHECK(page.total == kActions);
    for (const ActionAnswer& action : page.actions) CHECK(action.number == expected--);
    after = page.next;
  } while (!after.empty());
  CHECK(expected == 5);
  CHECK(api.actions().actions.size() == kDefaultPageActions);
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"limit", "0"}, {"after", "0"}, {"after", "x"}, {"before", "1"}}) {
    ApiRequest question = api.request("GET", "/api/v1/actions");
    question.query = {{name, value}};
    CHECK(api.ask(question).status == 400);
  }
}

TEST_CASE("a drained host is listed with why it is drained and by whom, by its newest drain") {
  Operated api;
  api.change("POST", "/api/v1/hosts/web-1/drain", R"({"for":"1h","why":"too short","by":"bo"})");
  api.change("POST", "/api/v1/hosts/web-1/drain", kDrain);
  CHECK(api.summary().down == 0);
  const auto page = host_page_from_json(api.ask(api.request("GET", "/api/v1/hosts")).body);
  REQUIRE(page);
  const auto host = host_from_json(api.ask(api.request("GET", "/api/v1/hosts/web-1")).body);
  REQUIRE(host);
  for (const HostRowAnswer& row : {page->hosts.at(0), host->row}) {
    REQUIRE(row.drain);
    CHECK(row.drain->until == "2023-11-15T00:15:00.000Z");
    CHECK(row.drain->why == "new kernel");
    CHECK(row.drain->by == "ada");
  }
  api.change("DELETE", "/api/v1/hosts/web-1/drain");
  api.summary();
  CHECK_FALSE(host_from_json(api.ask(api.request("GET", "/api/v1/hosts/web-1")).body)->row.drain);
}

}  // namespace flatline
