// Tests each action of operators at its boundaries, and what it must leave untouched.

#include <doctest/doctest.h>

#include "collector/fleet/action_executor.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// A fleet with its action executor, and a function for each action.
struct Operated : FleetDriver {
  using FleetDriver::FleetDriver;
  ActionExecutor executor{fleet, host_table.actions()};
  unsigned asked = 0;

  ActionReply perform(ActionKind kind, const Host& host, Milliseconds length = 0s,
                      std::uint16_t below = 0) {
    ActionRequest request{kind, below, host.credential.agent_id, host.snapshot.name, length};
    request.key = IdempotencyKey{"key-" + std::to_string(++asked)};
    return executor.perform(request, arrival().wall);
  }
  [[nodiscard]] std::uint32_t counted(Outcome outcome) const {
    return static_cast<std::uint32_t>(view.head.outcomes[static_cast<std::size_t>(outcome)]);
  }
};

Host of_generation(const std::string& name, std::uint16_t generation, std::uint64_t epoch = 1000) {
  Host host(name, fixed_key(), epoch);
  host.credential = make_credential(fixed_key(), name, generation);
  return host;
}

}  // namespace

TEST_CASE("a drain lasts until its end, and no longer, by the wall clock of the tick") {
  Operated fleet;
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  const ActionReply answer = fleet.perform(ActionKind::kDrain, host, 2s);
  CHECK(answer.result == ActionResult::kDone);
  CHECK(answer.action.until == fleet.arrival().wall + 2s);
  struct Row {
    Milliseconds later;
    bool drained;
  };
  const Moment then = fleet.arrival();
  for (const Row& row : {Row{0ms, true}, {1'999ms, true}, {2'000ms, false}, {2'001ms, false}}) {
    CAPTURE(row.later.count());
    fleet.view = fleet.fleet.tick({then.now, then.wall + row.later}, fleet.inputs);
    CHECK(fleet.in(Plane::kDrained, host) == row.drained);
    CHECK(fleet.view.head.counts.drained == (row.drained ? 1 : 0));
  }
}

TEST_CASE("a drain that is planned begins at its time, and its length counts from then") {
  Operated fleet;
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  const Moment then = fleet.arrival();
  const auto drained_at = [&](Milliseconds later) {
    fleet.view = fleet.fleet.tick({then.now, then.wall + later}, fleet.inputs);
    return fleet.in(Plane::kDrained, host);
  };
  const auto plan = [&](Milliseconds from, Milliseconds length) {
    ActionRequest request{ActionKind::kDrain, 0, host.credential.agent_id, host.snapshot.name,
                          length};
    request.key = IdempotencyKey{"plan-" + std::to_string(++fleet.asked)};
    request.from = then.wall + from;
    return fleet.executor.perform(request, then.wall);
  };
  const ActionReply planned = plan(10s, 5s);
  CHECK(planned.result == ActionResult::kDone);
  CHECK(planned.action.until == then.wall + 15s);
  CHECK_FALSE(drained_at(0s));
  CHECK_FALSE(drained_at(9'999ms));
  CHECK(drained_at(10s));
  CHECK(drained_at(14'999ms));
  CHECK_FALSE(drained_at(15s));

  // A planned one is cancelled like one in force.
  CHECK(fleet.perform(ActionKind::kUndrain, host).result == ActionResult::kDone);
  CHECK_FALSE(drained_at(10s));
  CHECK(fleet.perform(ActionKind::kUndrain, host).result == ActionResult::kUnchanged);

  // One for now takes the place of one that is planned.
  plan(10s, 5s);
  CHECK(fleet.perform(ActionKind::kDrain, host, 2s).result == ActionResult::kDone);
  CHECK(drained_at(0s));
  CHECK_FALSE(drained_at(10s));

  // Who is out of service is not put back into it by a drain that begins later.
  CHECK(fleet.perform(ActionKind::kDrain, host, 20s).result == ActionResult::kDone);
  const ActionReply later = plan(10s, 5s);
  CHECK(later.result == ActionResult::kDone);
  CHECK(later.shortened == then.wall + 20s);
  CHECK(drained_at(0s));
  CHECK(drained_at(14'999ms));
  CHECK_FALSE(drained_at(15s));
}

TEST_CASE("the same key with another beginning is another action") {
  Operated fleet;
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  ActionRequest request{ActionKind::kDrain, 0, host.credential.agent_id, host.snapshot.name, 5s};
  request.key = IdempotencyKey{"k"};
  request.from = fleet.arrival().wall + 1h;
  CHECK(fleet.executor.perform(request, fleet.arrival().wall).result == ActionResult::kDone);
  CHECK(fleet.executor.perform(request, fleet.arrival().wall).result == ActionResult::kRepeated);
  request.from += 1s;
  CHECK(fleet.executor.perform(request, fleet.arrival().wall).result == ActionResult::kKeyReused);
}

TEST_CASE("a drain changes no other bit, survives what the host says, and leaves no trace") {
  Operated operated;
  FleetDriver left_alone;
  Host host("web-1");
  Host twin("web-1");
  for (int second = 0; second < 20; ++second) {
    host.snapshot.states[0] = second % 5 == 0 ? CheckState::kCritical : CheckState::kOk;
    twin.snapshot.states[0] = host.snapshot.states[0];
    if (second < 12) {
      REQUIRE(operated.hear(host) == Outcome::kAccepted);
      REQUIRE(left_alone.hear(twin) == Outcome::kAccepted);
    }
    if (second == 3) operated.perform(ActionKind::kDrain, host, 5s);
    operated.pass(1s);
    left_alone.pass(1s);
    CAPTURE(second);
    for (std::size_t i = 0; i < kPlanes; ++i) {
      if (static_cast<Plane>(i) == Plane::kDrained) continue;
      CHECK(operated.view.planes[i] == left_alone.view.planes[i]);
    }
    CHECK(operated.in(Plane::kDrained, host) == (second >= 3 && second < 7));
  }
}

TEST_CASE("a drained host does not count towards panic") {
  Operated fleet;
  std::vector<Host> hosts;
  for (int i = 0; i < 20; ++i) hosts.emplace_back("web-" + std::to_string(i));
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (i >= 8) hosts[i].snapshot.states[0] = CheckState::kCritical;
    REQUIRE(fleet.hear(hosts[i]) == Outcome::kAccepted);
  }
  fleet.tick();
  CHECK(fleet.flagged(Flag::kPanic));
  for (std::size_t i = 8; i < hosts.size() - 2; ++i) {
    REQUIRE(fleet.perform(ActionKind::kDrain, hosts[i], 1h).result == ActionResult::kDone);
  }
  fleet.tick();
  CHECK_FALSE(fleet.flagged(Flag::kPanic));
}

TEST_CASE("a drain ends with undrain, with the host's leaving, and by another drain") {
  Operated fleet;
  Host host("web-1");
  CHECK(fleet.perform(ActionKind::kDrain, host, 1h).result == ActionResult::kNoHost);
  CHECK(fleet.perform(ActionKind::kUndrain, host).result == ActionResult::kNoHost);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.perform(ActionKind::kUndrain, host).result == ActionResult::kUnchanged);
  CHECK(fleet.perform(ActionKind::kDrain, host, 1h).result == ActionResult::kDone);
  CHECK(fleet.perform(ActionKind::kDrain, host, 2s).result == ActionResult::kDone);
  CHECK(fleet.record_of(host).drained_until == fleet.arrival().wall + 2s);
  CHECK(fleet.perform(ActionKind::kUndrain, host).result == ActionResult::kDone);
  fleet.tick();
  CHECK_FALSE(fleet.in(Plane::kDrained, host));

  CHECK(fleet.perform(ActionKind::kDrain, host, 1h).result == ActionResult::kDone);
  host.snapshot.leaving = true;
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  host.snapshot.leaving = false;
  fleet.tick();
  CHECK(fleet.view.head.counts.drained == 0);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  fleet.tick();
  CHECK_FALSE(fleet.in(Plane::kDrained, host));
}

TEST_CASE("a drain comes back from a restart, and ends when it would have") {
  for (const bool over : {false, true}) {
    Operated fleet;
    Host host("web-1");
    RestoredHost tenancy{5, host.credential.agent_id, host.snapshot.name, kWallAtZero, 1s};
    tenancy.drained_until = fleet.arrival().wall + (over ? 0s : 2s);
    REQUIRE(fleet.fleet.restore(tenancy, fleet.now));
    fleet.tick();
    CHECK(fleet.in(Plane::kDrained, host) == !over);
    fleet.pass(2s);
    CHECK_FALSE(fleet.in(Plane::kDrained, host));
  }
}

TEST_CASE("a forgotten host stays out until it is admitted") {
  Operated fleet;
  Host host("web-1");
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kNoHost);
  CHECK(fleet.perform(ActionKind::kAdmit, host).result == ActionResult::kNoHost);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.perform(ActionKind::kAdmit, host).result == ActionResult::kUnchanged);
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kUnchanged);
  CHECK(fleet.hear(host) == Outcome::kTombstoned);
  fleet.tick();
  CHECK(fleet.view.head.counts.hosts == 0);
  CHECK(fleet.view.head.tombstones == 1);
  CHECK(fleet.counted(Outcome::kTombstoned) == 1);
  REQUIRE(fleet.view.head.notice_count == 1);
  CHECK(fleet.view.head.notices[0].host.view() == "web-1");
  CHECK(fleet.view.head.notices[0].outcome == Outcome::kTombstoned);

  CHECK(fleet.perform(ActionKind::kAdmit, host).result == ActionResult::kDone);
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  fleet.tick();
  CHECK(fleet.view.head.tombstones == 0);
  CHECK(fleet.state_of(host) == HostState::kHealthy);
}

TEST_CASE("a higher credential generation lifts a tombstone, an equal or lower one does not") {
  struct Row {
    std::uint16_t forgotten;
    std::uint16_t comes_back;
    Outcome outcome;
  };
  const std::vector<Row> rows = {
      {0, 0, Outcome::kTombstoned},         {0, 1, Outcome::kAccepted},
      {5, 4, Outcome::kTombstoned},         {5, 5, Outcome::kTombstoned},
      {5, 6, Outcome::kAccepted},           {65534, 65535, Outcome::kAccepted},
      {65535, 65535, Outcome::kTombstoned}, {65535, 0, Outcome::kTombstoned}};
  for (const Row& row : rows) {
    CAPTURE(row.forgotten);
    CAPTURE(row.comes_back);
    Operated fleet;
    Host host = of_generation("web-1", row.forgotten);
    REQUIRE(fleet.hear(host) == Outcome::kAccepted);
    REQUIRE(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
    Host rebuilt = of_generation("web-1", row.comes_back, 2000);
    CHECK(fleet.hear(rebuilt) == row.outcome);
    fleet.tick();
    const bool lifted = row.outcome == Outcome::kAccepted;
    CHECK(fleet.view.head.tombstones == (lifted ? 0 : 1));
    CHECK(fleet.state_of(rebuilt).has_value() == lifted);
  }
}

TEST_CASE("a tombstone stays when who would lift it is refused for another reason") {
  FleetOptions options = FleetDriver::default_options();
  options.capacity = 64;
  Operated fleet(options);
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  REQUIRE(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
  fleet.tick();
  for (int i = 0; i < 64; ++i) {
    Host other("other-" + std::to_string(i));
    REQUIRE(fleet.hear(other) == Outcome::kAccepted);
  }
  fleet.tick();
  Host rebuilt = of_generation("web-1", 1, 2000);
  CHECK(fleet.hear(rebuilt) == Outcome::kFleetFull);
  Host forged = of_generation("web-1", 1, 2001);
  forged.credential.key[0] ^= 1;
  CHECK(fleet.hear(forged) == Outcome::kBadTag);
  fleet.tick();
  CHECK(fleet.view.head.tombstones == 1);
}

TEST_CASE("revoking refuses generations below, and not the one itself") {
  struct Row {
    std::uint16_t below;
    std::uint16_t generation;
    Outcome outcome;
  };
  const std::vector<Row> rows = {
      {0, 0, Outcome::kAccepted},        {1, 0, Outcome::kRevoked},
      {1, 1, Outcome::kAccepted},        {7, 6, Outcome::kRevoked},
      {7, 7, Outcome::kAccepted},        {65535, 65534, Outcome::kRevoked},
      {65535, 65535, Outcome::kAccepted}};
  for (const Row& row : rows) {
    CAPTURE(row.below);
    CAPTURE(row.generation);
    Operated fleet;
    Host host = of_generation("web-1", row.generation);
    // No host needs to be registered for it.
    CHECK(fleet.perform(ActionKind::kRevoke, host, 0s, row.below).result ==
          (row.below == 0 ? ActionResult::kUnchanged : ActionResult::kDone));
    CHECK(fleet.hear(host) == row.outcome);
    fleet.tick();
    CHECK(fleet.view.head.revocations == (row.below == 0 ? 0 : 1));
  }
}

TEST_CASE("a revoked host falls silent, its slot stays, and lifting the revocation heals it") {
  Operated fleet;
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.perform(ActionKind::kRevoke, host, 0s, 1).result == ActionResult::kDone);
  CHECK(fleet.perform(ActionKind::kRevoke, host, 0s, 1).result == ActionResult::kUnchanged);
  for (int second = 0; second < 6; ++second) {
    CHECK(fleet.hear(host) == Outcome::kRevoked);
    fleet.pass(1s);
  }
  CHECK(fleet.state_of(host) == HostState::kSilent);
  CHECK(fleet.perform(ActionKind::kRevoke, host, 0s, 0).result == ActionResult::kDone);
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  fleet.tick();
  CHECK(fleet.state_of(host) == HostState::kHealthy);
  CHECK(fleet.view.head.revocations == 0);
}

TEST_CASE("tests come in their order: stale, bad tag, revoked, tombstoned, malformed") {
  Operated fleet;
  Host host("web-1");
  const Datagram first = host.say(fleet.now);
  REQUIRE(fleet.hear(first) == Outcome::kAccepted);
  REQUIRE(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
  REQUIRE(fleet.perform(ActionKind::kRevoke, host, 0s, 1).result == ActionResult::kDone);
  CHECK(fleet.hear(first) == Outcome::kStale);
  Datagram forged = host.say(fleet.now);
  forged[300] ^= std::byte{1};
  CHECK(fleet.hear(forged) == Outcome::kBadTag);
  host.snapshot.interval = 500ms;  // Below the collector's min_interval.
  CHECK(fleet.hear(host) == Outcome::kRevoked);
  REQUIRE(fleet.perform(ActionKind::kRevoke, host, 0s, 0).result == ActionResult::kDone);
  CHECK(fleet.hear(host) == Outcome::kTombstoned);
  REQUIRE(fleet.perform(ActionKind::kAdmit, host).result == ActionResult::kDone);
  CHECK(fleet.hear(host) == Outcome::kMalformed);
}

TEST_CASE("what is kept out spends nothing of newcomers' openings, nor of the host's own") {
  Operated fleet;
  Host host = of_generation("web-1", 1);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  REQUIRE(fleet.perform(ActionKind::kRevoke, host, 0s, 1).result == ActionResult::kDone);
  Host stolen = of_generation("web-1", 0, 5000);
  std::uint32_t refused = 0;
  Outcome outcome = Outcome::kRevoked;
  for (; refused < 10'000 && outcome == Outcome::kRevoked; ++refused) outcome = fleet.hear(stolen);
  CHECK(outcome == Outcome::kOverBudget);
  CHECK(refused == kNewcomersPerSecond / 4);
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  for (std::uint32_t i = 0; i < 64; ++i) {
    Host newcomer("new-" + std::to_string(i));
    CHECK(fleet.hear(newcomer) == Outcome::kAccepted);
  }
}

TEST_CASE("a reset lets a host start over whose clock once was in the future") {
  Operated fleet;
  Host host("web-1", fixed_key(), 1'000'000);
  CHECK(fleet.perform(ActionKind::kReset, host).result == ActionResult::kNoHost);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  Host again("web-1", fixed_key(), 1000);
  CHECK(fleet.hear(again) == Outcome::kStale);
  CHECK(fleet.perform(ActionKind::kReset, host).result == ActionResult::kDone);
  CHECK(fleet.record_of(host).epoch == 0);
  CHECK(fleet.record_of(host).reset_at == fleet.arrival().wall);
  // Its verdict stays. Its next snapshot is a first contact, so its clock must be right.
  fleet.tick();
  CHECK(fleet.state_of(host) == HostState::kHealthy);
  again.wall_ahead = 6min;
  CHECK(fleet.hear(again) == Outcome::kSkewed);
  again.wall_ahead = 0s;
  CHECK(fleet.hear(again) == Outcome::kAccepted);
  CHECK(fleet.slot_of(again) == 0);
  CHECK(fleet.record_of(again).epoch == 1000);
}

TEST_CASE("a reset reaches the order of a host that has left, too") {
  Operated fleet;
  Host host("web-1", fixed_key(), 1'000'000);
  host.snapshot.leaving = true;
  Host first("web-1", fixed_key(), 999'999);
  REQUIRE(fleet.hear(first) == Outcome::kAccepted);
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  Host again("web-1", fixed_key(), 1000);
  CHECK(fleet.hear(again) == Outcome::kStale);
  CHECK(fleet.perform(ActionKind::kReset, host).result == ActionResult::kDone);
  CHECK(fleet.hear(again) == Outcome::kAccepted);
}

TEST_CASE("a freeze is a flag until its end, and changes no bit") {
  Operated fleet;
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  fleet.tick();
  const auto planes = fleet.view.planes;
  CHECK(fleet.perform(ActionKind::kUnfreeze, host).result == ActionResult::kUnchanged);
  CHECK(fleet.perform(ActionKind::kFreeze, host, 2s).result == ActionResult::kDone);
  const Moment then = fleet.arrival();
  for (const auto& [later, frozen] : std::initializer_list<std::pair<Milliseconds, bool>>{
           {0ms, true}, {1'999ms, true}, {2'000ms, false}}) {
    fleet.view = fleet.fleet.tick({then.now, then.wall + later}, fleet.inputs);
    CHECK(fleet.flagged(Flag::kFrozen) == frozen);
    CHECK(fleet.view.planes == planes);
  }
  CHECK(fleet.perform(ActionKind::kUnfreeze, host).result == ActionResult::kDone);
  fleet.tick();
  CHECK_FALSE(fleet.flagged(Flag::kFrozen));
}

TEST_CASE("bans come back; one that does not fit is left out") {
  Operated fleet;
  Host revoked("web-1");
  Host forgotten("web-2");
  const Ban revocation{revoked.credential.agent_id, revoked.snapshot.name, 1};
  Ban tombstone{forgotten.credential.agent_id, forgotten.snapshot.name};
  tombstone.tombstoned = 1;
  CHECK(fleet.fleet.restore(7, revocation));
  CHECK_FALSE(fleet.fleet.restore(7, tombstone));      // The place is taken.
  CHECK_FALSE(fleet.fleet.restore(8, revocation));     // Its agent has a ban already.
  CHECK_FALSE(fleet.fleet.restore(kBans, tombstone));  // The place is beyond the end.
  CHECK_FALSE(fleet.fleet.restore(9, Ban{}));          // The ban has no agent.
  CHECK(fleet.fleet.restore(9, tombstone));
  Ban listed;
  REQUIRE(fleet.host_table.actions().bans.read(9, listed));
  CHECK(listed.agent_id == tombstone.agent_id);
  CHECK(fleet.hear(revoked) == Outcome::kRevoked);
  CHECK(fleet.hear(forgotten) == Outcome::kTombstoned);
  fleet.fleet.restore(Freeze{fleet.arrival().wall + 1ms, {}, {}});
  fleet.tick();
  CHECK(fleet.flagged(Flag::kFrozen));
  CHECK(fleet.view.head.tombstones == 1);
  CHECK(fleet.view.head.revocations == 1);
  // The restored places are not given to other bans.
  CHECK(fleet.perform(ActionKind::kRevoke, Host("web-3"), 0s, 1).action.place == 0);
}

TEST_CASE("a full table of bans refuses the next, and nobody in it is hurt") {
  Operated fleet;
  for (std::uint32_t i = 0; i < kBans; ++i) {
    Ban ban{AgentId{1'000 + i}, HostName{"gone"}};
    ban.revoked_below = 1;
    REQUIRE(fleet.fleet.restore(i, ban));
  }
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kNoRoom);
  CHECK(fleet.perform(ActionKind::kRevoke, host, 0s, 1).result == ActionResult::kNoRoom);
  fleet.tick();
  CHECK(fleet.state_of(host) == HostState::kHealthy);
  CHECK(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.view.head.revocations == kBans);
  CHECK(fleet.fleet.revoke(AgentId{1'000}, {}, 0).result == ActionResult::kDone);
  CHECK(fleet.perform(ActionKind::kForget, host).result == ActionResult::kDone);
}

TEST_CASE("the same key does it once and answers alike; with another request it is refused") {
  Operated fleet;
  Host host("web-1");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  ActionRequest request{ActionKind::kDrain, 0, host.credential.agent_id, host.snapshot.name, 1h};
  request.key = IdempotencyKey{"deploy-7/web-1"};
  request.why = Why{"deploy"};
  const ActionReply first = fleet.executor.perform(request, fleet.arrival().wall);
  fleet.pass(10s);
  const ActionReply again = fleet.executor.perform(request, fleet.arrival().wall);
  CHECK(first.result == ActionResult::kDone);
  CHECK(again.result == ActionResult::kRepeated);
  CHECK(again.action.number == first.action.number);
  CHECK(again.action.until == first.action.until);
  CHECK(fleet.record_of(host).drained_until == first.action.until);

  const auto other = [&](auto&& change) {
    ActionRequest changed = request;
    change(changed);
    return fleet.executor.perform(changed, fleet.arrival().wall).result;
  };
  CHECK(other([](ActionRequest& it) { it.kind = ActionKind::kUndrain; }) ==
        ActionResult::kKeyReused);
  CHECK(other([](ActionRequest& it) { it.length = 2h; }) == ActionResult::kKeyReused);
  CHECK(other([](ActionRequest& it) { it.why = Why{"else"}; }) == ActionResult::kKeyReused);
  CHECK(other([](ActionRequest& it) { it.by = By{"eve"}; }) == ActionResult::kKeyReused);
  CHECK(other([](ActionRequest& it) { it.host = HostName{"web-2"}; }) == ActionResult::kKeyReused);
  CHECK(other([](ActionRequest& it) { it.key = IdempotencyKey{"deploy-8/web-1"}; }) ==
        ActionResult::kDone);
  CHECK(fleet.record_of(host).drained_until == fleet.arrival().wall + 1h);
}

TEST_CASE("refused actions leave no action; a key is forgotten with the oldest action") {
  Operated fleet;
  Host host("web-1");
  Host nobody("nobody");
  REQUIRE(fleet.hear(host) == Outcome::kAccepted);
  CHECK(fleet.perform(ActionKind::kDrain, nobody, 1h).action.number == 0);
  ActionRequest first{ActionKind::kReset, 0, host.credential.agent_id, host.snapshot.name};
  first.key = IdempotencyKey{"first"};
  CHECK(fleet.executor.perform(first, fleet.arrival().wall).action.number == 1);
  for (std::uint32_t i = 1; i < kActions; ++i) fleet.perform(ActionKind::kReset, host);
  CHECK(fleet.executor.perform(first, fleet.arrival().wall).result == ActionResult::kRepeated);
  const ActionReply last = fleet.perform(ActionKind::kReset, host);
  CHECK(last.action.number == kActions + 1);
  CHECK(fleet.executor.perform(first, fleet.arrival().wall).result == ActionResult::kDone);
}

TEST_CASE("actions of an earlier life keep their keys, and numbers go on") {
  Operated before;
  Host host("web-1");
  REQUIRE(before.hear(host) == Outcome::kAccepted);
  ActionRequest request{ActionKind::kReset, 0, host.credential.agent_id, host.snapshot.name};
  request.key = IdempotencyKey{"k"};
  const ActionRecord action = before.executor.perform(request, before.arrival().wall).action;

  Operated after;
  REQUIRE(after.hear(host) == Outcome::kAccepted);
  after.executor.restore(action);
  CHECK(after.executor.perform(request, after.arrival().wall).result == ActionResult::kRepeated);
  CHECK(after.perform(ActionKind::kReset, host).action.number == action.number + 1);
}
