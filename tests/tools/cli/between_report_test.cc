// Tests what is told of hosts of which two collectors say different things.

#include "tools/cli/report/between_report.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>

namespace flatline::cli {
namespace {

/// A view of hosts, each with its planes, by slot.
SlotsAnswer view_of(const std::vector<std::vector<Plane>>& hosts) {
  SlotsAnswer slots;
  slots.header.capacity = 64;
  slots.words.resize(kPlanes + 1);
  for (std::size_t slot = 0; slot < hosts.size(); ++slot) {
    for (const Plane plane : hosts[slot]) {
      slots.words[static_cast<std::size_t>(plane)] |= std::uint64_t{1} << slot;
    }
  }
  return slots;
}

const std::vector<Plane> kFine = {Plane::kRegistered, Plane::kKnown, Plane::kReporting,
                                  Plane::kHealthy};

std::string text_of(const std::vector<HostDifference>& hosts) {
  std::string text;
  for (const HostDifference& host : hosts) {
    text += fmt::format("{}: {} / {}\n", host.name, host.first.text(), host.second.text());
  }
  return text;
}

std::vector<HostStanding> standings(const std::vector<std::pair<std::string, Standing>>& hosts) {
  std::vector<HostStanding> list;
  for (const auto& [name, standing] : hosts) list.push_back({name, standing});
  return list;
}

Standing healthy() {
  return {HostState::kHealthy, false};
}
Standing silent() {
  return {HostState::kSilent, false};
}

CollectorSide side(const char* name, std::size_t hosts, std::uint32_t age_ms, std::uint32_t flags) {
  CollectorSide made{.name = name, .api = "http://" + std::string(name), .hosts = hosts};
  made.header.age_ms = age_ms;
  made.header.tick = 7;
  made.header.flags = flags;
  made.header.time = WallTime{std::chrono::milliseconds{1'700'000'000'000}};
  return made;
}

BetweenTold example() {
  BetweenTold told{.first = side("mon-1", 5, 200, 0),
                   .second = side("mon-2", 4, 1300, flag_bit(Flag::kWarming)),
                   .agreed = 1,
                   .transient = 2,
                   .seconds_between = 1.1};
  told.hosts = {{"db-1", healthy(), {}},
                {"web-1", healthy(), silent()},
                {"web-2", healthy(), silent()},
                {"web-9", healthy(), {HostState::kHealthy, true}}};
  return told;
}

}  // namespace

TEST_CASE("a host's state is that which its collector tells, in whatever slot it is") {
  const SlotsAnswer slots =
      view_of({kFine,
               {Plane::kRegistered, Plane::kKnown, Plane::kReporting, Plane::kConflict},
               {Plane::kRegistered, Plane::kKnown, Plane::kConflict, Plane::kDrained},
               {Plane::kRegistered, Plane::kAwaited},
               {Plane::kRegistered, Plane::kKnown, Plane::kAwaited},
               {Plane::kRegistered},
               {}});
  const std::vector<SlotName> names = {{0, "h"}, {1, "g"}, {2, "f"}, {3, "e"},
                                       {4, "d"}, {5, "c"}, {6, "b"}, {99, "a"}};
  std::string text;
  for (const HostStanding& host : standings_of(slots, names)) {
    text += host.name + " " + host.standing.text() + "\n";
  }
  CHECK(text == "c unknown\nd missing\ne expected\nf silent, drained\ng failing\nh healthy\n");
}

TEST_CASE("a host that moved from slot to slot meanwhile counts once") {
  const std::vector<SlotName> names = {{0, "web-1"}, {1, "web-1"}};
  CHECK(standings_of(view_of({kFine, kFine}), names).size() == 1);
}

TEST_CASE("hosts are compared by name, and those that one does not know are absent") {
  std::size_t agreed = 0;
  const auto different = differences(
      standings({{"a", healthy()}, {"b", healthy()}, {"c", silent()}, {"e", healthy()}}),
      standings({{"b", healthy()}, {"c", healthy()}, {"d", {HostState::kFailing, true}}}), agreed);
  CHECK(agreed == 1);
  CHECK(text_of(different) ==
        "a: healthy / absent\n"
        "c: silent / healthy\n"
        "d: absent / failing, drained\n"
        "e: healthy / absent\n");
  CHECK(differences({}, {}, agreed).empty());
  CHECK(agreed == 0);
}

TEST_CASE("a host lasts that differed before, too, in whatever way; others were on their way") {
  const std::vector<HostDifference> before = {{"a", healthy(), silent()}, {"c", {}, healthy()}};
  CHECK(text_of(lasting(before, {{"a", healthy(), {HostState::kFailing, false}},
                                 {"b", healthy(), silent()}})) == "a: healthy / failing\n");
  CHECK(lasting({}, {{"b", healthy(), silent()}}).empty());
}

TEST_CASE("what differs is a table, and both views are told with their ages and doubts") {
  CHECK(report_between(example(), false) ==
        "mon-1: 5 hosts, a view 0.2s old\n"
        "mon-2: 4 hosts, a view 1.3s old, warming\n"
        "they agree on 1 hosts and differ on 4, in two readings 1.1s apart; 2 more differed in one "
        "of them alone\n"
        "MON-1    MON-2             COUNT  HOSTS\n"
        "healthy  silent                2  web-[1,2]\n"
        "healthy  absent                1  db-1\n"
        "healthy  healthy, drained      1  web-9\n");
  CHECK(between_names(example()) == "db-1\nweb-[1,2,9]\n");
  BetweenTold same{.first = side("mon-1", 5, 0, 0), .second = side("mon-2", 5, 0, 0), .agreed = 5};
  const std::string text = report_between(same, false);
  CHECK_MESSAGE(text.ends_with("they agree on all 5 hosts\n"), text);
  CHECK(between_names(same).empty());
}

TEST_CASE("as JSON, each kind of difference has its hosts") {
  const std::string json = between_json(example());
  CHECK(json.starts_with(
      R"({"first":{"name":"mon-1","address":"http://mon-1","hosts":5,"tick":7,)"
      R"("time":"2023-11-14T22:13:20.000Z","view_age_seconds":0.200,"flags":[]},"second":{)"));
  CHECK(json.find(R"("agree":1,"differ":4,"transient":2,"seconds_between":1.100,"differences":[)"
                  R"({"first":{"state":"healthy","drained":false},)"
                  R"("second":{"state":"silent","drained":false},"count":2,)"
                  R"("hosts":["web-1","web-2"]},)") != std::string::npos);
  CHECK(json.find(R"("flags":["warming"])") != std::string::npos);
}

}  // namespace flatline::cli
