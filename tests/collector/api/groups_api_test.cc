// What the API tells of groups, without a socket.

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "collector/api/admin_gate.h"
#include "collector/api/render_groups.h"
#include "collector/api/routes.h"
#include "schema/answers/group_json.h"
#include "schema/answers/view_json.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::Host;

FleetOptions grouped() {
  FleetOptions options = test::FleetDriver::default_options();
  options.group_by = {LabelText{"role"}, LabelText{"zone"}};
  options.quorums = {{LabelText{"role"}, LabelText{"db"}, {0, 3}},
                     {LabelText{"role"}, LabelText{"web"}, {80, 0}}};
  return options;
}

/// A fleet that is grouped, and its routes.
struct GroupsApi {
  explicit GroupsApi(const FleetOptions& options = grouped()) : fleet(options) {}

  /// Lets the hosts speak for a while, so that nothing warms up any more.
  void live(std::vector<Host>& hosts) {
    for (int second = 0; second < 6; ++second) {
      for (Host& host : hosts) REQUIRE(fleet.hear(host) == Outcome::kAccepted);
      fleet.pass(1s);
    }
    board.publish(fleet.view);
  }
  ApiResponse get(const std::string& path, std::map<std::string, std::string> query = {}) {
    const ApiRequest request{.method = "GET", .path = path, .query = std::move(query)};
    for (const Route& route : all_routes(sources)) {
      if (route.path == path && route.method == "GET") {
        return route.answer({request, {fleet.now, WallTime{}}, ""});
      }
    }
    return {.status = 404};
  }
  GroupsAnswer groups(std::map<std::string, std::string> query = {}) {
    const auto answer = groups_from_json(get("/api/v1/groups", std::move(query)).body);
    REQUIRE(answer.has_value());
    return *answer;
  }

  test::FleetDriver fleet;
  ViewBoard board{fleet.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, fleet.now};
  ApiSources sources{board,
                     fleet.host_table,
                     test::fixed_key().fleet,
                     1s,
                     4,
                     fleet.now,
                     {},
                     [] { return StorageStatus{}; },
                     gate,
                     {},
                     {},
                     {}};
};

std::vector<Host> some_hosts() {
  std::vector<Host> hosts;
  for (int i = 0; i < 4; ++i) {
    hosts.emplace_back("web-" + std::to_string(i));
    hosts.back().snapshot.labels = Labels{"role=web,zone=eu-1" + std::string(i < 3 ? "b" : "a")};
  }
  hosts[0].snapshot.states[0] = CheckState::kCritical;
  hosts.emplace_back("nobody");
  return hosts;
}

TEST_CASE("all groups are told, by key and value, with what their quorums ask for") {
  GroupsApi api;
  auto hosts = some_hosts();
  api.live(hosts);
  const GroupsAnswer answer = api.groups();
  CHECK(answer.total == 4);
  REQUIRE(answer.groups.size() == 4);
  CHECK(answer.tick_seconds == 1);
  const auto name = [&](std::size_t i) {
    return answer.groups[i].key + "=" + answer.groups[i].value;
  };
  CHECK(name(0) == "role=db");
  CHECK(name(1) == "role=web");
  CHECK(name(2) == "zone=eu-1a");
  CHECK(name(3) == "zone=eu-1b");
  const GroupAnswer& db = answer.groups[0];
  CHECK(db.hosts == 0);
  CHECK(db.flags == std::vector<std::string>{"below"});
  CHECK(db.quorum_at_least == 3);
  CHECK_FALSE(db.quorum_healthy_percent);
  const GroupAnswer& web = answer.groups[1];
  CHECK(web.hosts == 4);
  CHECK(web.healthy == 3);
  CHECK(web.failing == 1);
  CHECK(web.judged == 4);
  CHECK(web.judged_healthy == 3);
  CHECK(web.flags == std::vector<std::string>{"below"});
  CHECK(web.quorum_healthy_percent == 80);
  CHECK_FALSE(answer.groups[2].has_quorum());
  REQUIRE(answer.keys.size() == 2);
  CHECK(answer.keys[0].values == 2);
  CHECK(answer.keys[0].unlabelled == 1);
  CHECK_FALSE(answer.keys[0].other);
}

TEST_CASE("one key's groups are told by name, and a key that is none says which there are") {
  GroupsApi api;
  auto hosts = some_hosts();
  api.live(hosts);
  const GroupsAnswer answer = api.groups({{"by", "zone"}});
  CHECK(answer.total == 2);
  REQUIRE(answer.keys.size() == 1);
  CHECK(answer.keys[0].key == "zone");
  for (const char* wrong : {"rol", "", "Role", "role=web"}) {
    CAPTURE(std::string(wrong));
    const ApiResponse response = api.get("/api/v1/groups", {{"by", wrong}});
    CHECK(response.status == 400);
    CHECK(response.body.find("there are: role, zone") != std::string::npos);
  }
  FleetOptions none = test::FleetDriver::default_options();
  GroupsApi ungrouped(none);
  ungrouped.live(hosts);
  CHECK(ungrouped.groups().keys.empty());
  CHECK(ungrouped.get("/api/v1/groups", {{"by", "role"}}).body.find("it groups by none") !=
        std::string::npos);
}

TEST_CASE("before the first tick there are no groups, and no key is wrong") {
  GroupsApi api;
  CHECK(api.groups({{"by", "role"}}).total == 0);
}

TEST_CASE("values beyond those that are told apart are told as `other`") {
  GroupsApi api;
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < kGroupValues; ++i) {
    hosts.emplace_back("host-" + std::to_string(i));
    hosts.back().snapshot.labels = Labels{"role=r" + std::to_string(i)};
  }
  api.live(hosts);
  const GroupsAnswer answer = api.groups({{"by", "role"}});
  REQUIRE(answer.keys[0].other.has_value());  // Two places are kept for the quorums' values.
  CHECK(answer.keys[0].values == kGroupValues);
  CHECK(answer.keys[0].other->hosts == 2);
  CHECK(answer.keys[0].other->value.empty());
  CHECK(answer.total == kGroupValues);
  const auto summary = summary_from_json(api.get("/api/v1/summary").body);
  REQUIRE(summary.has_value());
  REQUIRE(summary->groups.other.size() == 1);
  CHECK(summary->groups.other[0].name == "role");
  CHECK(summary->groups.other[0].count == 2);
}

TEST_CASE("a summary names the first groups in trouble, and counts all") {
  auto table = std::make_unique<GroupTable>();
  table->keys[0].key = LabelText{"role"};
  for (std::size_t place = 0; place < 20; ++place) {
    Group& group = table->keys[0].places[place];
    group.value = LabelText{"r" + std::to_string(place)};
    group.flags = flag_bit(GroupFlag::kBelow) | (place < 2 ? flag_bit(GroupFlag::kPanic) : 0);
  }
  table->keys[0].places[kOtherPlace].flags = flag_bit(GroupFlag::kPanic);
  SummaryAnswer answer;
  render_group_troubles(*table, answer);
  CHECK(answer.groups.below == 20);
  CHECK(answer.groups.below_names.size() == kTroubledGroups);
  CHECK(answer.groups.below_names[3] == "role=r3");
  CHECK(answer.groups.panic == 2);
  CHECK(answer.groups.panic_names == std::vector<std::string>{"role=r0", "role=r1"});
}

TEST_CASE("the answer about groups comes back as it was") {
  GroupsAnswer answer;
  answer.total = 1;
  answer.tick = 7;
  answer.time = "2026-11-23T15:00:00.000Z";
  answer.view_age_seconds = 0.25;
  answer.tick_seconds = 1;
  answer.flags = {"blind"};
  GroupAnswer group{"role", "web", 9, 8, 7, 6, 5, 4, 3, 2, 1, {"panic"}, 80, 3};
  answer.groups = {group};
  group.value.clear();
  answer.keys = {{"role", 1, 2, group}};
  const std::string json = to_json(answer);
  CHECK(json ==
        R"({"total":1,"tick":7,"time":"2026-11-23T15:00:00.000Z","view_age_seconds":0.25,)"
        R"("tick_seconds":1,"flags":["blind"],"keys":[{"key":"role","values":1,"unlabelled":2,)"
        R"("other":{"key":"role","hosts":9,"healthy":8,"failing":7,"silent":6,"missing":5,)"
        R"("warning":4,"drained":3,"judged":2,"judged_healthy":1,"flags":["panic"],)"
        R"("quorum":{"healthy_percent":80,"at_least":3}}}],)"
        R"("groups":[{"key":"role","value":"web","hosts":9,"healthy":8,"failing":7,"silent":6,)"
        R"("missing":5,"warning":4,"drained":3,"judged":2,"judged_healthy":1,"flags":["panic"],)"
        R"("quorum":{"healthy_percent":80,"at_least":3}}]})");
  const auto back = groups_from_json(json);
  REQUIRE(back.has_value());
  CHECK(to_json(*back) == json);
}

}  // namespace
}  // namespace flatline
