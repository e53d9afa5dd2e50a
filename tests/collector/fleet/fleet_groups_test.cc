// Hosts enter and leave groups with what they say of themselves, and no faster than they may.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

FleetOptions grouped(std::vector<QuorumRule> quorums = {}) {
  FleetOptions options = FleetDriver::default_options();
  options.group_by = {LabelText{"role"}, LabelText{"zone"}};
  options.quorums = std::move(quorums);
  return options;
}

QuorumRule quorum(const char* role, std::uint32_t percent, std::uint32_t at_least) {
  return {LabelText{"role"}, LabelText{role}, {percent, at_least}};
}

/// A fleet that is grouped by role and zone.
struct Groups : FleetDriver {
  explicit Groups(const FleetOptions& fleet_options = grouped()) : FleetDriver(fleet_options) {}

  /// The group in the newest view; an empty one if its value has no place.
  [[nodiscard]] Group group(const std::string& value, std::size_t key = 0) const {
    const auto place = view.groups.keys[key].place_of(LabelText{value});
    return place ? view.groups.keys[key].places[*place] : Group{};
  }
  [[nodiscard]] GroupCounts counts(const std::string& value, std::size_t key = 0) const {
    return group(value, key).counts;
  }
  [[nodiscard]] std::uint32_t under_other() const {
    return view.groups.keys[0].places[kOtherPlace].counts.registered;
  }
  [[nodiscard]] bool says(const std::string& value, GroupFlag flag) const {
    return (group(value).flags & flag_bit(flag)) != 0;
  }
  /// The host says that these are its labels, and a tick sees it.
  void say(Host& host, const std::string& labels) {
    host.snapshot.labels = Labels{labels};
    REQUIRE(hear(host) == Outcome::kAccepted);
    tick();
  }
  /// Whether the journal is told of the slot's row.
  bool is_marked() {
    std::vector<std::uint32_t> slots(options.capacity);
    return host_table.take_changed(slots) > 0;
  }
};

std::vector<Host> web_hosts(int count, const char* labels = "role=web") {
  std::vector<Host> hosts;
  for (int i = 0; i < count; ++i) {
    hosts.emplace_back("web-" + std::to_string(i));
    hosts.back().snapshot.labels = Labels{labels};
  }
  return hosts;
}

}  // namespace

TEST_CASE("a tick counts the hosts of each group by their states") {
  Groups at;
  std::vector<Host> hosts = web_hosts(4);
  hosts[1].snapshot.states[0] = CheckState::kCritical;
  hosts[2].snapshot.states[0] = CheckState::kWarning;
  hosts[3].snapshot.labels = Labels{"role=db,zone=eu-1a"};
  for (Host& host : hosts) at.hear(host);
  at.fleet.drain(hosts[2].credential.agent_id, kWallAtZero + 1000h);
  at.tick();
  CHECK(at.view.groups.keys[0].key.view() == "role");
  CHECK(at.view.groups.keys[1].key.view() == "zone");
  CHECK(at.view.groups.keys[2].key.empty());
  CHECK(at.counts("web") == GroupCounts{3, 2, 1, 0, 0, 1, 1});
  CHECK(at.group("web").judged == 2);
  CHECK(at.group("web").judged_healthy == 1);
  CHECK(at.counts("db") == GroupCounts{1, 1, 0, 0, 0, 0, 0});
  CHECK(at.counts("eu-1a", 1) == GroupCounts{1, 1, 0, 0, 0, 0, 0});
  at.pass(1min);
  CHECK(at.counts("web") == GroupCounts{3, 0, 0, 3, 0, 0, 1});
}

TEST_CASE("a host moves with its labels at once, and then not for a minute") {
  Groups at;
  Host host("host");
  at.say(host, "role=web");
  CHECK(at.counts("web").registered == 1);
  CHECK(at.is_marked());
  const Instant entered = at.now;
  const std::uint64_t assignment = at.view.groups.assignment;
  int round = 0;
  while (at.now + 2s < entered + kHostStorePeriod) {
    at.pass(1s);
    at.say(host, "role=r" + std::to_string(++round));
    CHECK(at.record_of(host).labels == host.snapshot.labels);  // It is shown as it is,
    CHECK(at.counts("web").registered == 1);                   // and counted as it was.
    CHECK_FALSE(at.is_marked());
  }
  CHECK(at.view.groups.assignment == assignment);
  at.pass(2s);
  at.say(host, "role=db");
  CHECK(at.counts("web").registered == 0);
  CHECK(at.counts("db").registered == 1);
  CHECK(at.is_marked());
  at.pass(2 * kHostStorePeriod);
  at.say(host, "role=db");
  CHECK_FALSE(at.is_marked());
}

TEST_CASE("what a host said last counts when it may move, without a change in that snapshot") {
  Groups at;
  Host host("host");
  at.say(host, "role=web");
  at.pass(1s);
  at.say(host, "role=db");
  at.is_marked();
  at.pass(kHostStorePeriod);
  at.say(host, "role=db");
  CHECK(at.counts("db").registered == 1);
  CHECK(at.is_marked());
}

TEST_CASE("leaving and coming back is no way to move faster") {
  Groups at;
  Host host("host");
  at.say(host, "role=web");
  for (int i = 0; i < 5; ++i) {
    host.snapshot.leaving = true;
    at.hear(host);
    host.snapshot.leaving = false;
    at.pass(1s);
    at.say(host, "role=r" + std::to_string(i));
    CHECK(at.counts("web").registered == 0);
    CHECK(at.view.groups.keys[0].places[0].value.empty());
  }
  at.pass(kHostStorePeriod);
  at.say(host, "role=r4");
  CHECK(at.counts("r4").registered == 1);
}

TEST_CASE("one host that cycles its labels fills nothing, in three hours") {
  Groups at;
  Host host("host");
  Host other("other");
  at.say(other, "role=web");
  const std::uint64_t before = at.view.groups.assignment;
  for (int minute = 0; minute < 180; ++minute) {
    at.pass(1min);
    at.say(host, "role=r" + std::to_string(minute));
    std::size_t values = 0;
    for (const Group& group : at.view.groups.keys[0].places) values += !group.value.empty();
    REQUIRE(values == 2);
  }
  CHECK(at.view.groups.assignment <= before + 2 * 180);
  CHECK(at.counts("web").registered == 1);
  CHECK(at.under_other() == 0);
}

TEST_CASE("the 65th value is counted under `other` until there is room, within a minute") {
  Groups at;
  std::vector<Host> hosts;
  for (std::size_t i = 0; i <= kGroupValues; ++i) {
    hosts.emplace_back("host-" + std::to_string(i));
    hosts.back().snapshot.labels = Labels{"role=r" + std::to_string(i)};
    REQUIRE(at.hear(hosts.back()) == Outcome::kAccepted);
  }
  at.tick();
  CHECK(at.under_other() == 1);
  at.is_marked();
  REQUIRE(at.fleet.forget(hosts[7].credential.agent_id).result == ActionResult::kDone);
  at.pass(kHostStorePeriod);
  at.is_marked();
  Host& last = hosts.back();
  at.say(last, "role=r64");
  CHECK(at.under_other() == 0);
  CHECK(at.counts("r64").registered == 1);
  CHECK_FALSE(at.is_marked());  // The journal knows its labels.
  // It leaves `other` also with its last host.
  Host one_more("one-more");
  at.say(one_more, "role=one-more");
  CHECK(at.under_other() == 1);
  REQUIRE(at.fleet.forget(one_more.credential.agent_id).result == ActionResult::kDone);
  at.tick();
  CHECK(at.under_other() == 0);
}

TEST_CASE("a restored host is in its groups before it speaks, and moves with its first snapshot") {
  Groups at;
  Host host("host");
  RestoredHost tenancy;
  tenancy.slot = 5;
  tenancy.agent_id = host.credential.agent_id;
  tenancy.name = host.snapshot.name;
  tenancy.labels = Labels{"role=web,zone=eu-1a"};
  tenancy.last.planes = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
  REQUIRE(at.fleet.restore(tenancy, at.now));
  at.tick();
  CHECK(at.record_of(host).labels.view() == "role=web,zone=eu-1a");
  CHECK(at.counts("web") == GroupCounts{1, 0, 0, 1, 0, 0, 0});
  CHECK(at.counts("eu-1a", 1).silent == 1);
  CHECK_FALSE(at.is_marked());
  at.say(host, "role=db");
  CHECK(at.counts("db").registered == 1);
  CHECK(at.counts("eu-1a", 1).registered == 0);
  CHECK(at.is_marked());
}

TEST_CASE("an expected host is in no group, and enters them as soon as it is heard") {
  Groups at;
  Host host("host");
  at.fleet.expect(host.credential.agent_id, host.snapshot.name, at.arrival().wall);
  at.tick();
  CHECK(at.view.head.counts.hosts == 1);
  CHECK(at.view.groups.keys[0].places[0].value.empty());
  at.say(host, "role=web");
  CHECK(at.counts("web").registered == 1);
  CHECK(at.is_marked());
}

TEST_CASE("a slot that another host gets is in the groups of that one") {
  FleetOptions options = grouped();
  options.capacity = 64;
  Groups at(options);
  std::vector<Host> hosts = web_hosts(64);
  for (Host& host : hosts) at.hear(host);
  at.tick();
  CHECK(at.counts("web").registered == 64);
  REQUIRE(at.fleet.forget(hosts[9].credential.agent_id).result == ActionResult::kDone);
  Host next("next");
  at.say(next, "role=db");
  CHECK(at.slot_of(next) == 9);
  CHECK(at.counts("web").registered == 63);
  CHECK(at.counts("db").registered == 1);
}

TEST_CASE("a quorum is below once it is asked for in earnest, and absent groups are below") {
  Groups at(grouped({quorum("web", 80, 3), quorum("db", 50, 0)}));
  std::vector<Host> hosts = web_hosts(2);
  for (Host& host : hosts) at.hear(host);
  at.tick();
  CHECK(at.flagged(Flag::kWarming));
  CHECK_FALSE(at.says("web", GroupFlag::kBelow));
  CHECK_FALSE(at.says("db", GroupFlag::kBelow));
  for (int second = 0; second < 6; ++second) {
    at.pass(1s);
    for (Host& host : hosts) at.hear(host);
  }
  CHECK(at.says("web", GroupFlag::kBelow));
  CHECK(at.says("db", GroupFlag::kBelow));
  CHECK(at.group("db").quorum == GroupQuorum{50, 0});
  hosts.emplace_back("web-3").snapshot.labels = Labels{"role=web"};
  int seconds = 0;
  for (; seconds < 20 && at.says("web", GroupFlag::kBelow); ++seconds) {
    for (Host& host : hosts) at.hear(host);
    at.pass(1s);
  }
  CHECK(seconds >= 5);  // The window, from the last tick without the third host.
  CHECK(seconds <= 6);
}

TEST_CASE("quorums are taken over while the fleet runs") {
  Groups at;
  std::vector<Host> hosts = web_hosts(1);
  const auto live = [&](int seconds) {
    for (int second = 0; second < seconds; ++second) {
      at.hear(hosts[0]);
      at.pass(1s);
    }
  };
  live(10);
  CHECK_FALSE(at.says("web", GroupFlag::kBelow));
  at.fleet.set_quorums(std::vector{quorum("web", 0, 2)});
  live(1);
  CHECK(at.says("web", GroupFlag::kBelow));
  at.fleet.set_quorums({});
  live(1);
  CHECK_FALSE(at.says("web", GroupFlag::kBelow));
  CHECK(at.counts("web").registered == 1);
}

TEST_CASE("a group panics by itself, and the fleet does not") {
  Groups at;
  std::vector<Host> hosts = web_hosts(30);
  for (std::size_t i = 0; i < 10; ++i) {
    hosts[i].snapshot.labels = Labels{"role=db"};
    if (i < 6) hosts[i].snapshot.states[0] = CheckState::kCritical;
  }
  for (Host& host : hosts) at.hear(host);
  at.tick();
  CHECK(at.says("db", GroupFlag::kPanic));
  CHECK_FALSE(at.says("web", GroupFlag::kPanic));
  CHECK_FALSE(at.flagged(Flag::kPanic));
}
