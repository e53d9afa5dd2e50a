// One action for many hosts: an outcome for each, one record for all, parts under one key, and
// nothing that is recorded or done twice.

#include "collector/fleet/action_executor.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// A fleet of web-1 to web-5, and whoever changes it.
struct Crowd {
  Crowd() {
    for (int i = 1; i <= 5; ++i) {
      hosts.emplace_back(fmt::format("web-{}", i));
      REQUIRE(fleet.hear(hosts.back()) == Outcome::kAccepted);
    }
  }

  ActionReply ask(const ActionRequest& request, const std::vector<std::string>& names) {
    std::vector<ActionTarget> targets;
    for (const std::string& name : names) {
      targets.push_back({agent_id_of(fixed_key().fleet, name), HostName{name}});
    }
    outcomes.assign(names.size(), {});
    return executor.perform(request, {targets, outcomes}, fleet.arrival().wall);
  }
  [[nodiscard]] std::vector<ActionResult> results() const {
    std::vector<ActionResult> all;
    for (const NameOutcome& outcome : outcomes) all.push_back(outcome.result);
    return all;
  }
  [[nodiscard]] std::uint64_t recorded() const { return fleet.host_table.actions().newest_action; }

  FleetDriver fleet;
  std::vector<Host> hosts;
  ActionExecutor executor{fleet.fleet, fleet.host_table.actions()};
  std::vector<NameOutcome> outcomes;
};

ActionRequest request_of(ActionKind kind, const std::string& key, std::uint32_t part = 1,
                         std::uint64_t names_hash = 7) {
  ActionRequest request{kind};
  if (has_end(kind)) request.length = 1h;
  request.key = IdempotencyKey{key};
  request.part = part;
  request.names_hash = names_hash;
  return request;
}

using Results = std::vector<ActionResult>;
constexpr ActionResult kDone = ActionResult::kDone;
constexpr ActionResult kUnchanged = ActionResult::kUnchanged;
constexpr ActionResult kNoHost = ActionResult::kNoHost;
constexpr ActionResult kUnremembered = ActionResult::kUnremembered;

}  // namespace

TEST_CASE("an action for many hosts has an outcome for each, and one record") {
  Crowd crowd;
  const ActionReply reply =
      crowd.ask(request_of(ActionKind::kDrain, "k"), {"web-1", "nobody", "web-2"});
  CHECK(reply.result == kDone);
  CHECK(crowd.results() == Results{kDone, kNoHost, kDone});
  CHECK(reply.action.number == 1);
  CHECK(reply.action.names == 3);
  CHECK(reply.action.changed == 2);
  CHECK(crowd.recorded() == 1);
  crowd.fleet.tick();
  CHECK(crowd.fleet.view.head.counts.drained == 2);
}

TEST_CASE("what changes nothing is not recorded, and pushes nothing out of the record") {
  Crowd crowd;
  const ActionReply nothing =
      crowd.ask(request_of(ActionKind::kUndrain, "a"), {"web-1", "web-2", "nobody"});
  CHECK(nothing.result == kUnchanged);
  CHECK(crowd.results() == Results{kUnchanged, kUnchanged, kNoHost});
  CHECK(nothing.action.number == 0);
  CHECK(crowd.recorded() == 0);
  ActionRequest unfreeze = request_of(ActionKind::kUnfreeze, "b", 1, 0);
  CHECK(crowd.executor.perform(unfreeze, crowd.fleet.arrival().wall).action.number == 0);
  CHECK(crowd.recorded() == 0);
  CHECK(crowd.ask(request_of(ActionKind::kDrain, "c"), {"web-1"}).action.number == 1);
}

TEST_CASE("the same asked again is answered alike, name by name, even if it changed nothing") {
  Crowd crowd;
  const ActionRequest drain = request_of(ActionKind::kDrain, "d");
  const std::vector<std::string> names = {"web-1", "nobody"};
  const ActionReply first = crowd.ask(drain, names);
  const ActionReply again = crowd.ask(drain, names);
  CHECK(again.result == ActionResult::kRepeated);
  CHECK(again.action.number == first.action.number);
  CHECK(crowd.results() == Results{kDone, kNoHost});

  // Whoever undrained a host that was in service, and did not hear so, must not end a drain that
  // somebody ordered meanwhile.
  const ActionRequest undrain = request_of(ActionKind::kUndrain, "u");
  CHECK(crowd.ask(undrain, {"web-3"}).result == kUnchanged);
  crowd.ask(request_of(ActionKind::kDrain, "meanwhile"), {"web-3"});
  CHECK(crowd.ask(undrain, {"web-3"}).result == ActionResult::kRepeated);
  CHECK(crowd.results() == Results{kUnchanged});
  CHECK(crowd.fleet.record_of(crowd.hosts[2]).drained_until > crowd.fleet.arrival().wall);
}

TEST_CASE("the parts of a command are done in order, each once, under one record and one end") {
  Crowd crowd;
  const auto part = [&](std::uint32_t number, std::uint64_t hash, const char* name) {
    return crowd.ask(request_of(ActionKind::kDrain, "p", number, hash), {name, "nobody"});
  };
  const ActionReply first = part(1, 11, "web-1");
  crowd.fleet.pass(10s);
  CHECK(part(3, 33, "web-3").result == ActionResult::kPartMissing);
  CHECK(crowd.results() == Results{kUnremembered, kUnremembered});
  const ActionReply second = part(2, 22, "web-2");
  CHECK(second.result == kDone);
  CHECK(second.action.number == first.action.number);
  CHECK(second.action.until == first.action.until);
  CHECK(second.action.names == 4);
  CHECK(second.action.changed == 2);
  CHECK(second.action.turn > first.action.turn);
  CHECK(crowd.fleet.record_of(crowd.hosts[1]).drained_until == first.action.until);
  CHECK(part(2, 22, "web-2").result == ActionResult::kRepeated);
  CHECK(part(2, 99, "web-4").result == ActionResult::kKeyReused);
  CHECK(part(1, 11, "web-1").result == ActionResult::kRepeated);
  // A part that changes nothing leaves no gap behind it.
  CHECK(crowd.ask(request_of(ActionKind::kDrain, "p", 3, 33), {"x", "y"}).result == kUnchanged);
  const ActionReply fourth = part(4, 44, "web-4");
  CHECK(fourth.result == kDone);
  CHECK(fourth.action.names == 8);
  CHECK(crowd.recorded() == 1);
  CHECK(fourth.action.request.host == first.action.request.host);
}

TEST_CASE("after a restart the parts go on, and what is repeated is known, but not by its names") {
  Crowd before;
  before.ask(request_of(ActionKind::kExpect, "e", 1, 11), {"db-1"});
  const ActionRecord record =
      before.ask(request_of(ActionKind::kExpect, "e", 2, 22), {"db-2"}).action;
  Crowd after;
  after.executor.restore(record);
  CHECK(after.ask(request_of(ActionKind::kExpect, "e", 2, 22), {"db-2"}).result ==
        ActionResult::kRepeated);
  CHECK(after.results() == Results{kUnremembered});
  const ActionReply third = after.ask(request_of(ActionKind::kExpect, "e", 3, 33), {"db-3"});
  CHECK(third.result == kDone);
  CHECK(third.action.number == record.number);
  CHECK(third.action.names == 3);
}

TEST_CASE("what came of each name is remembered for the last answers alone") {
  Crowd crowd;
  const ActionRequest drain = request_of(ActionKind::kDrain, "old");
  crowd.ask(drain, {"web-1", "web-2"});
  for (std::size_t i = 1; i < kActionsAnswered; ++i) {
    crowd.ask(request_of(ActionKind::kReset, std::to_string(i)), {"web-3"});
  }
  CHECK(crowd.ask(drain, {"web-1", "web-2"}).result == ActionResult::kRepeated);
  CHECK(crowd.results() == Results{kDone, kDone});
  crowd.ask(request_of(ActionKind::kReset, "one more"), {"web-3"});
  CHECK(crowd.ask(drain, {"web-1", "web-2"}).result == ActionResult::kRepeated);
  CHECK(crowd.results() == Results{kUnremembered, kUnremembered});
}

TEST_CASE("a drain and a freeze tell which longer one they end, and no other") {
  Crowd crowd;
  ActionRequest drain = request_of(ActionKind::kDrain, "long");
  crowd.ask(drain, {"web-1"});
  const WallTime end = crowd.fleet.record_of(crowd.hosts[0]).drained_until;
  drain.key = IdempotencyKey{"short"};
  drain.length = 1min;
  crowd.ask(drain, {"web-2", "web-1"});
  CHECK(crowd.outcomes[0].shortened == WallTime{});
  CHECK(crowd.outcomes[1].shortened == end);
  drain.key = IdempotencyKey{"longer"};
  drain.length = 2h;
  crowd.ask(drain, {"web-1"});
  CHECK(crowd.outcomes[0].shortened == WallTime{});

  ActionRequest freeze = request_of(ActionKind::kFreeze, "f1", 1, 0);
  const WallTime now = crowd.fleet.arrival().wall;
  CHECK(crowd.executor.perform(freeze, now).shortened == WallTime{});
  freeze.key = IdempotencyKey{"f2"};
  freeze.length = 1s;
  CHECK(crowd.executor.perform(freeze, now).shortened == now + 1h);
}

TEST_CASE("of drains that end in one second those for many hosts have ends of their own") {
  Crowd crowd;
  ActionRequest drain = request_of(ActionKind::kDrain, "");
  drain.length = 0s;
  drain.until = std::chrono::ceil<std::chrono::seconds>(crowd.fleet.arrival().wall + 1h);
  const auto end_of = [&](const std::string& key, const std::vector<std::string>& names) {
    drain.key = IdempotencyKey{key};
    const ActionReply reply = crowd.ask(drain, names);
    CHECK(reply.result == kDone);
    return reply.action.until - drain.until;
  };
  CHECK(end_of("a", {"web-1"}) == 0ms);
  CHECK(end_of("b", {"web-2"}) == 0ms);  // These two are known by their hosts.
  CHECK(end_of("c", {"web-1", "web-2"}) == 1ms);
  CHECK(end_of("d", {"web-3"}) == 2ms);
  CHECK(end_of("e", {"web-4", "web-5"}) == 3ms);
  ActionRequest other = drain;
  other.until += 1s;
  other.key = IdempotencyKey{"f"};
  CHECK(crowd.ask(other, {"web-1", "web-2"}).action.until == other.until);
  // The next start knows them, and a freeze has no part in it.
  ActionRequest freeze = request_of(ActionKind::kFreeze, "g");
  freeze.length = 0s;
  freeze.until = drain.until + 10s;
  CHECK(crowd.executor.perform(freeze, crowd.fleet.arrival().wall).action.until == freeze.until);
  ActionExecutor next(crowd.fleet.fleet, crowd.fleet.host_table.actions());
  for (std::uint64_t number = 1; number <= crowd.recorded(); ++number) {
    ActionRecord record;
    REQUIRE(crowd.fleet.host_table.actions().recent.read(action_place(number), record));
    next.restore(record);
  }
  const ActionTarget targets[] = {{crowd.hosts[0].credential.agent_id, HostName{"web-1"}},
                                  {crowd.hosts[1].credential.agent_id, HostName{"web-2"}}};
  std::array<NameOutcome, 2> outcomes;
  drain.key = IdempotencyKey{"h"};
  CHECK(next.perform(drain, {targets, outcomes}, crowd.fleet.arrival().wall).action.until ==
        drain.until + 4ms);
  drain.until += 10s;
  drain.key = IdempotencyKey{"i"};
  CHECK(next.perform(drain, {targets, outcomes}, crowd.fleet.arrival().wall).action.until ==
        drain.until);
}

TEST_CASE("a second has room for a thousand drains of many hosts, and then they share its end") {
  Crowd crowd;
  ActionRequest drain = request_of(ActionKind::kDrain, "");
  drain.length = 0s;
  drain.until = std::chrono::ceil<std::chrono::seconds>(crowd.fleet.arrival().wall + 1h);
  WallTime last{};
  for (int i = 0; i < 1002; ++i) {
    drain.key = IdempotencyKey{fmt::format("k-{}", i)};
    // It ends a little later than the one before, and takes its place.
    const ActionReply reply = crowd.ask(drain, {"web-1", "web-2"});
    CHECK(reply.action.until >= last);
    last = std::max(last, reply.action.until);
  }
  CHECK(last == drain.until + 999ms);
}

TEST_CASE("a drain may name its end, to the second") {
  Crowd crowd;
  ActionRequest drain = request_of(ActionKind::kDrain, "k");
  drain.length = 0s;
  drain.until = crowd.fleet.arrival().wall + 90'500ms;
  CHECK(crowd.ask(drain, {"web-1"}).action.until ==
        std::chrono::ceil<std::chrono::seconds>(drain.until));
}
