// What the server counts of its own work, as a scrape tells it.

#include "collector/api/api_work.h"

#include <doctest/doctest.h>

#include <set>

#include "collector/api/handler.h"
#include "tests/collector/api/scraped.h"
#include "tests/collector/api/served.h"

namespace flatline {
namespace {

using test::Connection;
using test::request;
using test::ScrapedPage;

struct Scraper : test::Server {
  ScrapedPage scrape() const {
    Connection connection(port());
    connection.send(request("GET /metrics", "Connection: close\r\n"));
    const std::string answer = connection.read(2);  // The second never comes: it reads to the end.
    REQUIRE(answer.starts_with("HTTP/1.1 200 "));
    return test::read_page(answer.substr(answer.find("\r\n\r\n") + 4));
  }
  static std::string requests(const std::string& route, const std::string& code) {
    return "flatline_api_requests_total{route=\"" + route + "\",code=\"" + code + "\"}";
  }
};

TEST_CASE("requests are counted by route and status, from all of them at zero on") {
  const Scraper server;
  const ScrapedPage before = server.scrape();
  std::set<std::string> routes;
  const ApiHandler handler(server.sources, {}, "");
  for (const Route& route : handler.routes()) {
    routes.insert(std::string(route.method) + " " + std::string(route.path));
  }
  CHECK(routes.size() <= kApiRoutes);
  CHECK(before.families.at("flatline_api_requests_total").series ==
        (routes.size() + 1) * kApiStatuses.size());
  for (const auto& [series, value] : before.values) {
    CAPTURE(series);
    if (series.starts_with("flatline_api_requests_total")) CHECK(value == 0);
  }
  for (const char* line :
       {"GET /", "HEAD /", "GET /api/v1/hosts?limit=0", "GET /api/v1/hosts/web-1",
        "GET /api/v1/hosts?filter=name%3Dweb", "GET /nowhere", "PUT /", "POST /api/v1/freeze",
        "DELETE /api/v1/hosts/web-1"}) {
    ask(server, request(line));
  }
  const ScrapedPage after = server.scrape();
  const auto count = [&](const std::string& route, const std::string& code) {
    return after.at(Scraper::requests(route, code));
  };
  CHECK(count("GET /", "200") == 2);
  CHECK(count("GET /api/v1/hosts", "400") == 1);
  CHECK(count("GET /api/v1/hosts", "200") == 1);  // It waited for the filter pool.
  CHECK(count("GET /api/v1/hosts/NAME", "404") == 1);
  CHECK(count("other", "404") == 1);
  CHECK(count("other", "405") == 1);
  CHECK(count("POST /api/v1/freeze", "401") == 1);
  CHECK(count("DELETE /api/v1/hosts/NAME", "401") == 1);
  CHECK(count("GET /metrics", "200") == 1);
  CHECK(after.at(R"(flatline_actions_total{result="refused"})") == 2);
  CHECK(after.at(R"(flatline_actions_total{result="done"})") == 0);
  CHECK(after.at("flatline_operator_refused_attempts_total") == 2);
  double all = 0;
  for (const auto& [series, value] : after.values) {
    if (series.starts_with("flatline_api_requests_total")) all += value;
  }
  CHECK(all == 10);
  CHECK(after.series() == before.series());
}

TEST_CASE("connections are counted, those that are turned away and requests that are throttled") {
  const Scraper server;
  std::vector<std::unique_ptr<Connection>> open;
  for (unsigned i = 0; i < kApiConnectionsPerClient; ++i) {
    open.push_back(std::make_unique<Connection>(server.port(), 2));
    open.back()->send(request("GET /-/healthy"));
    REQUIRE(open.back()->read().starts_with("HTTP/1.1 200 "));
  }
  Connection beyond(server.port(), 2);
  CHECK(beyond.read().empty());
  // The one that was turned away is shut by one thread, and given back by another.
  CHECK(test::await([&] {
    return server.scrape().at("flatline_api_connections") == kApiConnectionsPerClient + 1;
  }));
  CHECK(server.scrape().at("flatline_api_connections_refused_total") == 1);
  // Those that idle meanwhile may end before a slow machine has asked so often.
  Connection asks(server.port(), 3);
  const std::string answers = test::ask_until_throttled(asks, request("HEAD /-/healthy")).answers;
  double throttled = 0;
  for (std::size_t at = 0; (at = answers.find("HTTP/1.1 429 ", at)) != std::string::npos; ++at) {
    ++throttled;
  }
  const ScrapedPage page = server.scrape();
  CHECK(page.at("flatline_api_throttled_total") == throttled);
  CHECK(page.at(Scraper::requests("GET /-/healthy", "429")) == throttled);
}

TEST_CASE("changes that were answered with 200 are told apart from all others") {
  const std::vector<Route> routes = {{"GET", "/a", {}, Access::kReaders},
                                     {"POST", "/b/*", {}, Access::kOperators},
                                     {"GET", "/a", {}, Access::kAnybody}};
  ApiWork work;
  work.serve(routes);
  REQUIRE(work.routes().size() == 3);
  CHECK(work.routes()[1] == "POST /b/NAME");
  for (const unsigned status : kApiStatuses) {
    for (std::size_t route = 0; route < 5; ++route) work.answered(route, status);
  }
  work.answered(1, 200);
  CHECK(work.changes_done() == 2);
  CHECK(work.changes_refused() == kApiStatuses.size() - 1);
  CHECK(work.answers_with(200) == 6);
  CHECK(work.answers(0, 0) == 2);  // Two routes of one method and path.
  CHECK(work.answers(2, 0) == 2);  // What has no route.
}

TEST_CASE("a scrape tells what the kernel counts of the process") {
  const Scraper server;
  const ScrapedPage page = server.scrape();
  const double now = std::chrono::duration<double>(wall_now().time_since_epoch()).count();
  CHECK(page.at("process_start_time_seconds") > now - 3600);
  CHECK(page.at("process_start_time_seconds") < now + 2);
  CHECK(page.at("process_cpu_seconds_total") > 0);
  CHECK(page.at("process_resident_memory_bytes") > 1 << 20);
  CHECK(page.at("process_virtual_memory_bytes") > page.at("process_resident_memory_bytes"));
  CHECK(page.at("process_open_fds") > 3);
  CHECK(page.at("process_open_fds") < page.at("process_max_fds"));
}

}  // namespace
}  // namespace flatline
