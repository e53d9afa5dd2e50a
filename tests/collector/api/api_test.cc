// Tests requests and their answers without a socket: every path, and every way to be refused.

#include <doctest/doctest.h>

#include <set>

#include "collector/api/admin_gate.h"
#include "collector/api/handler.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/past_files.h"
#include "schema/answers/bitmap_answer.h"
#include "schema/answers/names_answer.h"
#include "schema/answers/view_json.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::Host;

/// A fleet, its view board, and a handler that answers from them.
class Api {
 public:
  explicit Api(std::string token = "", std::vector<std::string> names = {})
      : token_(std::move(token)), names_(std::move(names)) {}

  /// Lets `count` hosts, web-0 and on, report that they are healthy, and then ticks.
  void hear(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      hosts_.emplace_back("web-" + std::to_string(i));
      hosts_.back().snapshot.states[0] = CheckState::kOk;
      REQUIRE(fleet.hear(hosts_.back()) == Outcome::kAccepted);
    }
    tick();
  }
  void tick() { board_.publish(fleet.tick()); }
  Host& host(std::size_t i) { return hosts_[i]; }

  ApiResponse ask(ApiRequest request) const {
    if (request.host.empty()) request.host = "127.0.0.1:4171";
    const ApiOutcome outcome = handler_.answer(request, {fleet.now, WallTime{}});
    return outcome.later ? outcome.later() : outcome.now;
  }
  ApiResponse get(const std::string& path, std::map<std::string, std::string> query = {}) const {
    return ask({.method = "GET", .path = path, .query = std::move(query)});
  }
  [[nodiscard]] static std::string error_of(const ApiResponse& response) {
    return problem_from_json(response.body).value_or(ProblemAnswer{}).error;
  }

  test::FleetDriver fleet;
  StorageStatus storage;
  ActionQueue queue;
  AdminGate gate{"operators-alone", kDefaultCapacity, fleet.now};

 private:
  std::string token_;
  std::vector<std::string> names_;
  std::vector<Host> hosts_;
  ViewBoard board_{fleet.options.capacity};
  ApiSources sources_{board_,
                      fleet.host_table,
                      test::fixed_key().fleet,
                      fleet.options.tick,
                      fleet.options.stale_after,
                      fleet.now,
                      {},
                      [this] { return storage; },
                      gate,
                      [this](const ActionRequest& request, const ActionNames& names,
                             Milliseconds patience) { return queue.ask(request, names, patience); },
                      [this](std::uint64_t, Milliseconds) { return !storage.degraded; },
                      [] { return open_past({}); }};
  ApiHandler handler_{sources_, {"mon-1.example", 4171}, token_, names_};
};

TEST_CASE("the summary counts the fleet and tells of the storage") {
  Api api;
  api.hear(3);
  api.host(2).snapshot.states[0] = CheckState::kCritical;
  api.fleet.now += 1s;
  api.fleet.hear(api.host(2));
  api.tick();
  api.storage.degraded = true;
  api.storage.reason = "flatline.db: disk full";
  api.storage.history.add({5, 20'160, 5, 5});
  api.storage.history.add({5, 20'160, 5, 10});
  api.storage.registry_rows = 3;
  const ApiResponse response = api.get("/api/v1/summary");
  CHECK(response.status == 200);
  CHECK(response.type == "application/json");
  const auto summary = summary_from_json(response.body);
  REQUIRE(summary.has_value());
  CHECK(summary->hosts == 3);
  CHECK(summary->healthy == 2);
  CHECK(summary->failing == 1);
  CHECK(summary->capacity == api.fleet.options.capacity);
  CHECK(summary->storage.state == "degraded");
  CHECK(summary->storage.reason == "flatline.db: disk full");
  CHECK(summary->datagrams.outcomes.size() == kOutcomes);
  CHECK(summary->work.history.writes == 2);
  CHECK(summary->work.history.rows == 10);
  CHECK(summary->work.history.bytes == 40'320);
  CHECK(summary->work.history.pages == 10);
  CHECK(summary->work.history.wal_frames == 10);
  CHECK(summary->work.registry_rows == 3);
}

TEST_CASE("what was asked is repeated in an error as text that no terminal obeys") {
  const Api api;
  const std::string error = Api::error_of(api.get("/api/v1/summary", {{"a\x1b[31m\n\xFFz", "1"}}));
  CHECK(error.find("takes no parameter 'a") != std::string::npos);
  CHECK(error.find_first_of("\x1b\n\xFF") == std::string::npos);
}

TEST_CASE("a bitmap is a header and its planes, of one size whatever they hold") {
  Api api;
  const std::size_t plane_bytes = api.fleet.options.capacity / 8;
  api.tick();
  const std::size_t empty = api.get("/api/v1/bitmap", {{"plane", "healthy"}}).body.size();
  api.hear(5);
  const ApiResponse one = api.get("/api/v1/bitmap", {{"plane", "healthy"}});
  CHECK(one.status == 200);
  CHECK(one.type == "application/octet-stream");
  CHECK(one.body.size() == empty);
  const ApiResponse all = api.get("/api/v1/bitmap");
  CHECK(all.body.size() - one.body.size() == (kPlanes - 1) * plane_bytes);
  CHECK(api.get("/api/v1/bitmap", {{"plane", "sick"}}).status == 400);
  CHECK(Api::error_of(api.get("/api/v1/bitmap", {{"plane", "sick"}}))
            .starts_with("plane: there is no 'sick'; there are: registered, known"));
}

TEST_CASE("names come in pages of lines, the same hosts as the rows") {
  Api api;
  api.hear(7);
  api.host(3).snapshot.states[0] = CheckState::kCritical;
  api.fleet.now += 1s;
  api.fleet.hear(api.host(3));
  api.tick();
  const ApiResponse whole = api.get("/api/v1/names");
  CHECK(whole.status == 200);
  CHECK(whole.type.starts_with("text/plain"));
  const auto all = decode_names(whole.body);
  const auto rows = host_page_from_json(api.get("/api/v1/hosts").body);
  REQUIRE(all.has_value());
  REQUIRE(all->hosts.size() == 7);
  CHECK(all->total == 7);
  CHECK(all->next.empty());
  CHECK(all->tick == rows->tick);
  CHECK(all->generation == rows->generation);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(all->hosts[i].slot == rows->hosts[i].slot);
    CHECK(all->hosts[i].name == rows->hosts[i].name);
  }
  const auto failing = decode_names(api.get("/api/v1/names", {{"filter", "failing"}}).body);
  REQUIRE(failing->hosts.size() == 1);
  CHECK(failing->hosts[0].name == "web-3");
  const auto first = decode_names(api.get("/api/v1/names", {{"limit", "4"}}).body);
  CHECK(first->hosts.size() == 4);
  CHECK(first->total == 7);
  CHECK(first->next == std::to_string(first->hosts.back().slot));
  const auto rest =
      decode_names(api.get("/api/v1/names", {{"limit", "4"}, {"after", first->next}}).body);
  REQUIRE(rest->hosts.size() == 3);
  CHECK(rest->next.empty());
  CHECK(rest->hosts.back().name == all->hosts.back().name);
  CHECK(api.get("/api/v1/names", {{"limit", std::to_string(kNamesPerPage)}}).status == 200);
  CHECK(Api::error_of(api.get("/api/v1/names", {{"limit", std::to_string(kNamesPerPage + 1)}})) ==
        "limit: must be 1 to 65536");
  CHECK(Api::error_of(api.get("/api/v1/hosts", {{"limit", "1001"}})) == "limit: must be 1 to 1000");
  CHECK(api.get("/api/v1/names", {{"filter", "failng"}}).status == 400);
}

TEST_CASE("hosts come in pages that say how many there are and where to go on") {
  Api api;
  api.hear(7);
  std::set<std::string> names;
  std::string after;
  for (int page_number = 0; page_number < 3; ++page_number) {
    std::map<std::string, std::string> query = {{"limit", "3"}};
    if (!after.empty()) query["after"] = after;
    const auto page = host_page_from_json(api.get("/api/v1/hosts", query).body);
    REQUIRE(page.has_value());
    CHECK(page->total == 7);
    CHECK(page->hosts.size() == (page_number < 2 ? 3 : 1));
    CHECK(page->next.empty() == (page_number == 2));
    for (const HostRowAnswer& host : page->hosts) names.insert(host.name);
    after = page->next;
  }
  CHECK(names.size() == 7);
}

TEST_CASE("a page that ends with the last host has no next") {
  Api api;
  api.hear(3);
  const auto page = host_page_from_json(api.get("/api/v1/hosts", {{"limit", "3"}}).body);
  REQUIRE(page.has_value());
  CHECK(page->hosts.size() == 3);
  CHECK(page->next.empty());
}

TEST_CASE("a host that came after the view is not shown with the planes of who was there before") {
  Api api;
  api.hear(1);
  api.host(0).snapshot.states[0] = CheckState::kCritical;
  api.fleet.now += 1s;
  api.fleet.hear(api.host(0));
  api.tick();
  const auto page_of = [&](const char* filter) {
    const auto page = host_page_from_json(api.get("/api/v1/hosts", {{"filter", filter}}).body);
    REQUIRE(page.has_value());
    return *page;
  };
  REQUIRE(page_of("failing").hosts.size() == 1);
  // The host leaves, and before the next view others register until one has its slot.
  const auto slot = api.fleet.slot_of(api.host(0));
  api.host(0).snapshot.leaving = true;
  REQUIRE(api.fleet.hear(api.host(0)) == Outcome::kAccepted);
  std::string heir;
  for (int i = 0; heir.empty(); ++i) {
    REQUIRE(i < 1000);
    Host next("next-" + std::to_string(i));
    // This tick fills the budget again; its view is not published.
    if (api.fleet.hear(next) == Outcome::kOverBudget) {
      api.fleet.fleet.tick(api.fleet.arrival(), {});
      continue;
    }
    if (api.fleet.slot_of(next) == slot) heir = next.credential.name;
  }
  CHECK(page_of("failing").hosts.empty());
  const auto host = host_from_json(api.get("/api/v1/hosts/" + heir).body);
  REQUIRE(host.has_value());
  CHECK(host->row.state == "unknown");
  api.tick();
  CHECK(host_from_json(api.get("/api/v1/hosts/" + heir).body)->row.state == "healthy");
}

TEST_CASE("hosts are found by their slots, and slots without a host are left out") {
  Api api;
  api.hear(3);
  const auto page_of = [&](const std::string& slots) {
    const auto page = host_page_from_json(api.get("/api/v1/hosts", {{"slots", slots}}).body);
    REQUIRE(page.has_value());
    return *page;
  };
  const std::string second = std::to_string(*api.fleet.slot_of(api.host(1)));
  CHECK(page_of(second).total == 1);
  CHECK(page_of(second).hosts.at(0).name == "web-1");
  const std::string last = std::to_string(api.fleet.options.capacity - 1);
  CHECK(page_of(last + "," + second + "," + second).hosts.size() == 1);
  CHECK(page_of(last).hosts.empty());
  std::string most = last;
  for (std::uint32_t i = 1; i < kMaxPageHosts; ++i) most += "," + second;
  CHECK(page_of(most).total == 1);
  const std::string form = "slots: must be up to 1,000 numbers from 0 to " + last;
  for (const std::string& wrong :
       {std::string(), std::string("x"), std::string("1,"), std::string(",1"), std::string("-1"),
        most + ",1", std::to_string(api.fleet.options.capacity)}) {
    CAPTURE(wrong.substr(0, 40));
    const ApiResponse refused = api.get("/api/v1/hosts", {{"slots", wrong}});
    CHECK(refused.status == 400);
    CHECK(Api::error_of(refused).starts_with(form));
  }
  CHECK(api.get("/api/v1/hosts", {{"slots", second}, {"filter", "all"}}).status == 400);
}

TEST_CASE("a filter chooses hosts") {
  Api api;
  api.hear(4);
  api.host(1).snapshot.states[0] = CheckState::kCritical;
  api.fleet.now += 1s;
  api.fleet.hear(api.host(1));
  api.tick();
  const auto page = host_page_from_json(api.get("/api/v1/hosts", {{"filter", "failing"}}).body);
  REQUIRE(page.has_value());
  CHECK(page->total == 1);
  REQUIRE(page->hosts.size() == 1);
  CHECK(page->hosts[0].name == "web-1");
  CHECK(page->hosts[0].state == "failing");
  CHECK(page->hosts[0].checks_failing == 1);
}

TEST_CASE("one host, by its name") {
  Api api;
  api.hear(2);
  const ApiResponse response = api.get("/api/v1/hosts/web-1");
  CHECK(response.status == 200);
  const auto host = host_from_json(response.body);
  REQUIRE(host.has_value());
  CHECK(host->row.name == "web-1");
  CHECK(host->row.state == "healthy");
  CHECK(host->results.size() == 1);
  CHECK(api.get("/api/v1/hosts/web-2").status == 404);
  CHECK(Api::error_of(api.get("/api/v1/hosts/web-2")) == "no host is registered as web-2");
  CHECK(api.get("/api/v1/hosts/a b").status == 400);
  CHECK(api.get("/api/v1/hosts/").status == 400);
}

TEST_CASE("what is asked wrongly is refused with what would be right") {
  Api api;
  api.hear(1);
  struct Row {
    const char* path;
    std::map<std::string, std::string> query;
    unsigned status;
    const char* error;
  };
  const Row rows[] = {
      {"/api/v1/summary", {{"x", ""}}, 400, "/api/v1/summary: takes no parameter 'x'"},
      {"/api/v1/hosts", {{"limt", "5"}}, 400, "/api/v1/hosts: takes no parameter 'limt'"},
      {"/api/v1/hosts", {{"limit", "0"}}, 400, "limit: must be 1 to 1000"},
      {"/api/v1/hosts", {{"limit", "1001"}}, 400, "limit: must be 1 to 1000"},
      {"/api/v1/hosts", {{"limit", "x"}}, 400, "limit: must be 1 to 1000"},
      {"/api/v1/hosts", {{"limit", "99999999999"}}, 400, "limit: must be 1 to 1000"},
      {"/api/v1/hosts", {{"after", "x"}}, 400, "after: must be the `next` of the page before"},
      {"/api/v1/hosts", {{"after", "999999"}}, 400, "after: must be the `next` of the page before"},
      {"/api/v1/hosts", {{"filter", "("}}, 400, "filter, character 2: expected a word, '!' or '('"},
      {"/api/v2/summary", {}, 404, "no such path; / lists them"},
      {"/api/v1/hosts/web-0/x", {}, 404, "no such path; / lists them"},
      {"", {}, 404, "no such path; / lists them"}};
  for (const Row& row : rows) {
    CAPTURE(std::string(row.path));
    const ApiResponse response = api.get(row.path, row.query);
    CHECK(response.status == row.status);
    CHECK(Api::error_of(response) == row.error);
  }
}

TEST_CASE("other methods are not allowed, and the answer says which are") {
  const Api api;
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "get", ""}) {
    const ApiResponse refused = api.ask({.method = method, .path = "/api/v1/summary"});
    CHECK(refused.status == 405);
    CHECK(refused.allow == "GET, HEAD");
    CHECK(api.ask({.method = method, .path = "/nowhere"}).status == 404);
  }
  CHECK(api.ask({.method = "HEAD", .path = "/"}).status == 200);
}

TEST_CASE("a name that is not ours is not answered, whatever it asks") {
  const Api api;
  for (const char* host : {"evil.example", "evil.example:4171", "mon-1.example.evil.example",
                           "localhost.evil.example", "[evil]:1", ":"}) {
    CAPTURE(std::string(host));
    CHECK(api.ask({.method = "GET", .path = "/", .host = host}).status == 421);
    CHECK(api.ask({.method = "GET", .path = "/nowhere", .host = host}).status == 421);
  }
  for (const char* host : {"127.0.0.1:4171", "localhost", "localhost:4171", "[::1]:4171", "[::1]",
                           "192.0.2.7", "mon-1.example:4171"}) {
    CAPTURE(std::string(host));
    CHECK(api.ask({.method = "GET", .path = "/", .host = host}).status == 200);
  }
  CHECK(Api::error_of(api.ask({.method = "GET", .path = "/", .host = "evil.example"}))
            .find("--read-token") != std::string::npos);
}

TEST_CASE("names of hosts compare as such: without regard to case and to a dot at their end") {
  const Api api;
  for (const char* host : {"LOCALHOST", "LocalHost:4171", "localhost.", "localhost.:4171",
                           "MON-1.Example", "mon-1.example.:4171", "[::FFFF:192.0.2.7]:4171"}) {
    CAPTURE(std::string(host));
    CHECK(api.ask({.method = "GET", .path = "/", .host = host}).status == 200);
  }
  for (const char* host : {"localhost..", ".", ".localhost", "localhos", "1ocalhost"}) {
    CAPTURE(std::string(host));
    CHECK(api.ask({.method = "GET", .path = "/", .host = host}).status == 421);
  }
}

TEST_CASE(
    "other names are ours where the configuration says so, and none that only looks like them") {
  Api api("", {"Fleet.Example.net", "mon"});
  api.tick();
  const auto status = [&](const char* host) {
    return api.ask({.method = "GET", .path = "/api/v1/summary", .host = host}).status;
  };
  for (const char* host : {"fleet.example.net", "FLEET.example.NET.:443", "mon:4171", "localhost",
                           "mon-1.example", "127.0.0.1:4171"}) {
    CAPTURE(std::string(host));
    CHECK(status(host) == 200);
  }
  for (const char* host : {"example.net", "a.fleet.example.net", "fleet.example.net.evil.example",
                           "mon.example", "monn"}) {
    CAPTURE(std::string(host));
    CHECK(status(host) == 421);
  }
}

TEST_CASE("what anybody may ask is answered whatever else the request holds") {
  const Api api;
  for (const char* path : {"/-/healthy", "/-/ready"}) {
    const unsigned usual =
        api.ask({.method = "GET", .path = path, .host = "127.0.0.1:4171"}).status;
    CHECK((usual == 200 || usual == 503));
    for (const char* host : {"", "evil.example", "MON-7", "localhost."}) {
      CAPTURE(std::string(host));
      CHECK(api.ask({.method = "GET", .path = path, .query = {{"x", "1"}}, .host = host}).status ==
            usual);
    }
  }
}

TEST_CASE("where readers need a token it may be asked by any name, for who was tricked has none") {
  Api api("secret");
  api.tick();
  const auto status = [&](const std::string& authorization) {
    return api
        .ask({.method = "GET",
              .path = "/api/v1/summary",
              .host = "collector.example:4171",
              .authorization = authorization})
        .status;
  };
  CHECK(status("Bearer secret") == 200);
  CHECK(status("bearer secret") == 200);
  CHECK(status("") == 401);
}

TEST_CASE("with a read token, only liveness is for anybody") {
  Api api("secret");
  api.hear(1);
  const auto ask = [&](const char* path, const char* authorization) {
    return api.ask({.method = "GET", .path = path, .authorization = authorization}).status;
  };
  for (const char* path :
       {"/", "/api/v1/summary", "/api/v1/bitmap", "/api/v1/hosts", "/api/v1/hosts/web-0"}) {
    CAPTURE(std::string(path));
    for (const char* wrong :
         {"", "secret", "Bearer secre", "Bearer secret ", "Bearer Secret", "Basic secret"}) {
      CHECK(ask(path, wrong) == 401);
    }
    CHECK(ask(path, "Bearer secret") == 200);
  }
  CHECK(ask("/-/healthy", "") == 200);
}

TEST_CASE("ready after a window, healthy while views are fresh") {
  Api api;
  CHECK(api.get("/-/healthy").status == 200);
  CHECK(api.get("/-/ready").status == 503);
  api.hear(1);
  CHECK(api.get("/-/ready").status == 503);
  CHECK(Api::error_of(api.get("/-/ready")).starts_with("warming"));
  api.fleet.pass(api.fleet.options.window + api.fleet.options.tick);
  api.tick();
  CHECK(api.get("/-/ready").status == 200);
  api.fleet.now += kStaleViewTicks * api.fleet.options.tick;
  CHECK(api.get("/-/healthy").status == 200);
  api.fleet.now += 1ms;
  CHECK(api.get("/-/healthy").status == 503);
}

}  // namespace
}  // namespace flatline
