// What a scrape tells, without a socket.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "collector/api/admin_gate.h"
#include "collector/api/api_work.h"
#include "collector/api/handler.h"
#include "collector/api/process_figures.h"
#include "collector/api/render_metrics.h"
#include "collector/api/render_work_metrics.h"
#include "collector/view/census.h"
#include "tests/collector/api/scraped.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::Host;
using test::ScrapedPage;

FleetOptions grouped() {
  FleetOptions options = test::FleetDriver::default_options();
  options.group_by = {LabelText{"role"}, LabelText{"zone"}};
  options.quorums = {{LabelText{"role"}, LabelText{"db"}, {0, 3}},
                     {LabelText{"role"}, LabelText{"web"}, {80, 0}}};
  return options;
}

/// A fleet, what counts it, and who answers of it.
struct Stand {
  /// Lets the hosts speak for a while, so that what they say is judged and counted.
  void live(std::vector<Host>& hosts) {
    for (int second = 0; second < 6; ++second) {
      for (Host& host : hosts) REQUIRE(fleet.hear(host) == Outcome::kAccepted);
      fleet.pass(1s);
    }
    publish();
  }
  void publish() {
    board.publish(fleet.view);
    census.take();
  }
  ApiResponse ask(const std::string& authorization = "", const std::string& read_token = "") {
    const ApiRequest request{.method = "GET",
                             .path = "/metrics",
                             .host = "127.0.0.1:4171",
                             .authorization = authorization};
    const ApiHandler handler(sources, {"127.0.0.1", 4171}, read_token);
    return handler.answer(request, {fleet.view.head.at + 250ms, WallTime{}}).now;
  }
  ScrapedPage scrape() {
    const ApiResponse response = ask();
    REQUIRE(response.status == 200);
    CHECK(response.type == "text/plain; version=0.0.4; charset=utf-8");
    return test::read_page(response.body);
  }

  test::FleetDriver fleet{grouped()};
  ViewBoard board{fleet.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, fleet.now};
  Census census{board, fleet.host_table};
  StorageStatus storage;
  ApiSources sources{board,
                     fleet.host_table,
                     test::fixed_key().fleet,
                     1s,
                     4,
                     fleet.now,
                     {1000, 900},
                     [this] { return storage; },
                     gate,
                     {},
                     {},
                     {},
                     &census.results()};
};

/// Twelve hosts of two roles, so that the fleet can panic.
std::vector<Host> some_hosts() {
  std::vector<Host> hosts;
  for (int i = 0; i < 12; ++i) {
    hosts.emplace_back("web-" + std::to_string(i));
    hosts.back().snapshot.labels = Labels{i < 8 ? "role=web,zone=eu-1b" : "role=queue"};
  }
  return hosts;
}

TEST_CASE("a scrape tells the fleet's hosts by state, its marks and its flags") {
  Stand stand;
  auto hosts = some_hosts();
  hosts[0].snapshot.states[0] = CheckState::kCritical;
  hosts[1].snapshot.states[0] = CheckState::kWarning;
  stand.live(hosts);
  const ScrapedPage page = stand.scrape();
  CHECK(page.at(R"(flatline_hosts{state="healthy"})") == 11);
  CHECK(page.at(R"(flatline_hosts{state="failing"})") == 1);
  CHECK(page.at(R"(flatline_hosts{state="silent"})") == 0);
  CHECK(page.at(R"(flatline_hosts{state="unknown"})") == 0);
  CHECK(page.at(R"(flatline_hosts{state="expected"})") == 0);
  CHECK(page.at(R"(flatline_hosts{state="missing"})") == 0);
  CHECK(page.at(R"(flatline_hosts_marked{mark="warning"})") == 1);
  CHECK(page.at("flatline_hosts_down") == 1);
  CHECK(page.at("flatline_hosts_registered") == 12);
  CHECK(page.at("flatline_capacity_hosts") == 128);
  CHECK(page.at("flatline_view_age_seconds") == 0.25);
  CHECK(page.at(R"(flatline_flag{flag="panic"})") == 0);
  CHECK(page.at(R"(flatline_doubt{doubt="late_tick"})") == 0);
  CHECK(page.at(R"(flatline_build_info{version="0.1.0"})") == 1);
  CHECK(page.at("flatline_tick_period_seconds") == 1);
  CHECK(page.at("flatline_ticks_total") == static_cast<double>(stand.fleet.view.head.tick));
  CHECK(page.at(R"(flatline_datagrams_total{outcome="accepted"})") == 72);
  CHECK(page.at("flatline_receive_buffer_granted_bytes") == 900);
  CHECK(page.at(R"(flatline_tick_duration_seconds_bucket{le="0.0025"})") == 0);
}

TEST_CASE("a scrape tells the flags that are set, and why the collector is blind") {
  Stand stand;
  auto hosts = some_hosts();
  for (Host& host : hosts) host.snapshot.states[0] = CheckState::kCritical;
  stand.live(hosts);
  CHECK(stand.scrape().at(R"(flatline_flag{flag="panic"})") == 1);
  stand.fleet.pass(20s);
  stand.publish();
  const ScrapedPage page = stand.scrape();
  CHECK(page.at(R"(flatline_hosts{state="silent"})") == 12);
  CHECK(page.at(R"(flatline_flag{flag="blind"})") == 1);
  CHECK(page.at(R"(flatline_doubt{doubt="nothing_heard"})") == 1);
  CHECK(page.at(R"(flatline_doubt{doubt="clocks"})") == 0);
}

TEST_CASE("a scrape tells the groups that exist, those that only a quorum names too") {
  Stand stand;
  auto hosts = some_hosts();
  for (int i = 0; i < 4; ++i) hosts[i].snapshot.states[0] = CheckState::kCritical;
  hosts.emplace_back("nobody");
  stand.live(hosts);
  const ScrapedPage page = stand.scrape();
  const auto of = [&](const std::string& family, const std::string& group,
                      const std::string& more = "") {
    return page.at("flatline_group_" + family + "{label=\"role\",value=\"" + group + "\"" + more +
                   "}");
  };
  CHECK(of("hosts", "web", R"(,state="healthy")") == 4);
  CHECK(of("hosts", "web", R"(,state="failing")") == 4);
  CHECK(of("hosts", "web", R"(,state="unknown")") == 0);
  CHECK(of("hosts", "db", R"(,state="healthy")") == 0);
  CHECK(of("marked_hosts", "web", R"(,mark="drained")") == 0);
  CHECK(of("judged_hosts", "web") == 8);
  CHECK(of("judged_healthy_hosts", "web") == 4);
  CHECK(of("below", "web") == 1);
  CHECK(of("below", "db") == 1);
  CHECK(of("panic", "web") == 0);
  CHECK_FALSE(page.values.contains(R"(flatline_group_below{label="role",value="queue"})"));
  CHECK(page.at(R"(flatline_group_other_hosts{label="role"})") == 0);
  CHECK(page.at(R"(flatline_group_unlabelled_hosts{label="role"})") == 1);
  CHECK(page.at(R"(flatline_group_unlabelled_hosts{label="zone"})") == 5);
}

TEST_CASE("a scrape tells the states of each check, and escapes its name") {
  Stand stand;
  auto hosts = some_hosts();
  for (Host& host : hosts) host.snapshot.page.name = CheckName{R"(disk "C:\")"};
  hosts[0].snapshot.states[0] = CheckState::kCritical;
  hosts[1].snapshot.states[0] = CheckState::kUnknown;
  hosts[2].snapshot.states[0] = CheckState::kWarning;
  stand.live(hosts);
  const ScrapedPage page = stand.scrape();
  const std::string name = R"(check="disk \"C:\\\"")";
  CHECK(page.at("flatline_check_hosts{" + name + R"(,state="ok"})") == 9);
  CHECK(page.at("flatline_check_hosts{" + name + R"(,state="critical"})") == 1);
  CHECK(page.at("flatline_check_hosts{" + name + R"(,state="unknown"})") == 1);
  CHECK(page.at("flatline_check_hosts{" + name + R"(,state="warning"})") == 1);
  CHECK(page.at("flatline_check_hosts{" + name + R"(,state="pending"})") == 0);
  CHECK(page.at("flatline_check_cause{" + name + "}") == 0);
  CHECK(page.at(R"(flatline_check_other_hosts{state="ok"})") == 0);
}

TEST_CASE("a scrape tells which group or check is what failing hosts share") {
  Stand stand;
  const auto groups = std::make_unique<GroupTable>();
  groups->keys[0].key = LabelText{"rack"};
  for (std::size_t i = 0; i < 4; ++i) {
    groups->keys[0].places[i].value = LabelText{"r" + std::to_string(i)};
  }
  CheckCounts checks;
  checks.counted = 2;
  checks.checks[0].name = CheckName{"disk"};
  checks.checks[1].name = CheckName{"r1"};
  Causes causes;
  const auto tell = [&](About about, CauseKind kind, std::string_view key) {
    Cause& cause = causes.causes[causes.count++];
    cause.about = about;
    cause.kind = kind;
    cause.key = TraitText{key};
    return &cause;
  };
  Cause* const trait = tell(About::kSilent, CauseKind::kLabel, "rack=r1");
  trait->twin_count = 1;
  trait->twins[0] = TraitText{"rack=r2"};
  tell(About::kChanged, CauseKind::kLabel, "rack=r3");
  tell(About::kFailing, CauseKind::kCheck, "disk");
  MetricPage made;
  add_group_metrics(stand.fleet.view.head, *groups, causes, made);
  add_check_metrics(checks, causes, made);
  const ScrapedPage page = test::read_page(made.text());
  CHECK(page.at(R"(flatline_group_cause{label="rack",value="r0"})") == 0);
  CHECK(page.at(R"(flatline_group_cause{label="rack",value="r1"})") == 1);
  CHECK(page.at(R"(flatline_group_cause{label="rack",value="r2"})") == 1);
  CHECK(page.at(R"(flatline_group_cause{label="rack",value="r3"})") == 0);
  CHECK(page.at(R"(flatline_check_cause{check="disk"})") == 1);
  CHECK(page.at(R"(flatline_check_cause{check="r1"})") == 0);
}

TEST_CASE("a scrape has the same series however the hosts are") {
  Stand stand;
  auto hosts = some_hosts();
  stand.live(hosts);
  const ScrapedPage calm = stand.scrape();
  for (auto& [name, family] : calm.families) {
    CAPTURE(name);
    CHECK_FALSE(family.help.empty());
    CHECK((family.type == "gauge" || family.type == "counter" || family.type == "histogram"));
    CHECK(name.ends_with("_total") == (family.type == "counter"));
    CHECK(family.series > 0);
  }
  for (Host& host : hosts) host.snapshot.states[0] = CheckState::kCritical;
  stand.live(hosts);
  stand.storage.add_trouble(Trouble::kHistory, "the disk is full");
  const ScrapedPage failing = stand.scrape();
  CHECK(failing.at(R"(flatline_hosts{state="failing"})") == 12);
  CHECK(failing.at(R"(flatline_trouble{trouble="history"})") == 1);
  CHECK(failing.at(R"(flatline_trouble{trouble="registry"})") == 0);
  CHECK(failing.series() == calm.series());
  stand.fleet.pass(60s);
  stand.publish();
  const ScrapedPage silent = stand.scrape();
  CHECK(silent.at(R"(flatline_hosts{state="silent"})") == 12);
  CHECK(silent.series() == calm.series());
}

/// As many groups as a view can have, with the longest names.
std::unique_ptr<GroupTable> all_groups() {
  auto groups = std::make_unique<GroupTable>();
  for (std::size_t key = 0; key < kGroupKeys; ++key) {
    groups->keys[key].key = LabelText{"k" + std::to_string(key)};
    for (std::size_t place = 0; place < kGroupValues; ++place) {
      Group& group = groups->keys[key].places[place];
      std::string value = std::to_string(place);
      value.resize(kLabelsBytes - std::string_view("k0=").size(), 'v');
      group.value = LabelText{value};
      group.quorum.at_least = 1;
      group.counts = {kMaxCapacity, kMaxCapacity, kMaxCapacity, kMaxCapacity, 0,
                      kMaxCapacity, kMaxCapacity};
      group.judged = group.judged_healthy = kMaxCapacity;
    }
  }
  return groups;
}

TEST_CASE("the largest scrape is as large as is promised, and not much smaller") {
  Stand stand;
  CheckCounts checks;
  checks.counted = kCountedChecks;
  for (std::size_t i = 0; i < kCountedChecks; ++i) {
    std::string name = std::to_string(i);
    name.resize(kCheckNameBytes, '"');  // Each takes two bytes.
    checks.checks[i].name = CheckName{name};
    checks.checks[i].hosts.fill(kMaxCapacity);
  }
  ApiWork work;
  std::vector<std::string> paths(kApiRoutes + 1);
  std::vector<Route> routes;
  for (std::string& path : paths) {
    path = "/api/v1/hosts/*/something/" + std::to_string(routes.size());
    routes.push_back({"DELETE", path, {}, Access::kReaders});
  }
  work.serve(routes);
  CHECK(work.routes().size() == kApiRoutes + 1);  // With `other`, as which the last one counts.
  ViewHead head;
  head.outcomes.fill(~std::uint64_t{0});
  MetricPage page;
  add_fleet_metrics(head, head.at, page);
  add_group_metrics(head, *all_groups(), {}, page);
  add_check_metrics(checks, {}, page);
  add_work_metrics(head, {}, page);
  add_storage_metrics({}, page);
  add_api_metrics(work, page);
  add_process_metrics({}, page);
  const std::size_t size = page.text().size();
  CAPTURE(size);
  CHECK(size < kMetricsBytes);
  CHECK(size > kMetricsBytes / 2);
}

TEST_CASE("a scrape needs the read token, as any reader does") {
  Stand stand;
  CHECK(stand.ask("", "secret").status == 401);
  CHECK(stand.ask("Bearer secret", "secret").status == 200);
}

TEST_CASE("before the first tick a scrape has no groups and checks, and all else") {
  Stand stand;
  const ScrapedPage page = stand.scrape();
  CHECK(page.at(R"(flatline_hosts{state="healthy"})") == 0);
  CHECK(page.families.at("flatline_group_hosts").series == 0);
  CHECK(page.at("flatline_ticks_total") == 0);
}

}  // namespace
}  // namespace flatline
