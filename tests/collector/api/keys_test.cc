// What the API tells of fleet keys, and which step of a rotation it says comes next.

#include <doctest/doctest.h>

#include "collector/api/handler.h"
#include "collector/api/render.h"
#include "collector/api/render_keys.h"
#include "collector/view/census.h"
#include "schema/answers/census_json.h"
#include "tests/collector/api/served.h"
#include "tests/collector/view/made_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::MadeFleet;

/// Counts as a census makes them, with these keys live.
struct Counted : KeyCounts {
  explicit Counted(std::initializer_list<std::uint8_t> live_ids) {
    tick = 1;
    for (const std::uint8_t id : live_ids) live.ids[live.count++] = id;
  }
  Counted& with(std::uint8_t key_id, KeyCount count) {
    keys[key_id] = count;
    return *this;
  }
  [[nodiscard]] std::string advice() const { return render_keys(*this, at).advice; }
};

std::vector<std::string> states(const KeyCounts& counts) {
  std::vector<std::string> told;
  for (const KeyAnswer& key : render_keys(counts, counts.at).keys) {
    told.push_back(std::to_string(key.key_id) + " " + key.state);
  }
  return told;
}

TEST_CASE("the newer of two live keys is the next id, wherever it stands in the configuration") {
  using Told = std::vector<std::string>;
  CHECK(states(Counted{7}) == Told{"7 live"});
  CHECK(states(Counted{1, 2}) == Told{"1 old", "2 new"});
  CHECK(states(Counted{2, 1}) == Told{"1 old", "2 new"});
  CHECK(states(Counted{255, 0}) == Told{"0 new", "255 old"});
  CHECK(states(Counted{0, 255}) == Told{"0 new", "255 old"});
  CHECK(states(Counted{9, 4}) == Told{"4 new", "9 old"});  // Neither follows the other.
  Counted others{3};
  others.with(2, {5, 0, 0}).with(9, {0, 0, 4});
  CHECK(states(others) == Told{"2 dropped", "3 live", "9 unknown"});
}

TEST_CASE("each step of a rotation is told when its turn has come") {
  CHECK(Counted{1}.with(1, {9, 8, 0}).advice() == "one key is live, and nobody uses another");
  Counted rotation{1, 2};
  CHECK(rotation.advice() == "give hosts credentials of key 2 and reload their agents");
  rotation.with(1, {1000, 1000, 0});
  CHECK(
      rotation.advice() ==
      "1000 hosts still speak with key 1: give them credentials of key 2 and reload their agents");
  rotation.with(1, {3, 1, 0}).with(2, {997, 997, 0});
  CHECK(rotation.advice() ==
        "1 host still speaks with key 1: give them credentials of key 2 and reload their agents; 2 "
        "hosts are silent that spoke with it last");
  rotation.with(1, {1, 0, 0}).with(2, {999, 999, 0});
  CHECK(
      rotation.advice() ==
      "nobody speaks with key 1 any more, but 1 host is silent that spoke with it last: give them "
      "credentials of key 2, or they are refused when they come back after it is dropped");
  rotation.with(1, {}).with(2, {1000, 1000, 0});
  CHECK(rotation.advice() ==
        "all 1000 hosts speak with key 2: drop key 1 from fleet_keys and reload the collector");
  rotation.with(2, {1000, 996, 0});
  CHECK(rotation.advice() ==
        "all 1000 hosts have key 2 (4 silent): drop key 1 from fleet_keys and reload the "
        "collector");
  rotation.with(2, {1, 1, 0});
  CHECK(rotation.advice() ==
        "the only host speaks with key 2: drop key 1 from fleet_keys and reload the collector");
  rotation.with(2, {1, 0, 0});
  CHECK(rotation.advice().starts_with("the only host has key 2 (1 silent): drop key 1"));
  rotation.with(2, {1000, 1000, 0}).unheard = 3;
  CHECK(
      rotation.advice() ==
      "all 1000 hosts speak with key 2, but 3 hosts were never heard: once they have a credential "
      "of key 2, too, drop key 1 from fleet_keys and reload the collector");
}

TEST_CASE("steps in the wrong order are told with what mends them") {
  Counted early{2};
  early.with(1, {1000, 0, 12});
  CHECK(early.advice() ==
        "12 hosts are silent and named by datagrams under key 1, which is not live here (nothing "
        "proves that they are theirs): put key 1 back into fleet_keys and reload, or give them "
        "credentials of key 2");
  early.with(1, {1, 0, 0});
  CHECK(early.advice() ==
        "1 host spoke last with key 1, which is not live: give them credentials of key 2, or they "
        "stay "
        "refused");
  Counted credentials_first{1};
  credentials_first.with(1, {1000, 990, 0}).with(2, {0, 0, 10});
  CHECK(credentials_first.advice().starts_with(
      "10 hosts are silent and named by datagrams under key 2, which is not live here"));
  Counted both{1, 2};
  both.with(0, {2, 0, 0}).with(1, {1, 1, 0});
  CHECK(both.advice().find("they stay refused") < both.advice().find("; 1 host still speaks"));
}

TEST_CASE(
    "a host and a notice say under which key it was named, that this is not proved, what mends "
    "it") {
  const auto said = [](const HostRecord& record, const LiveKeys& live, std::uint8_t planes) {
    const HostTable host_table(64, 0);
    ViewHead head;
    head.live_keys = live;
    const SlotCopy copy{0, {}, planes, record, {}};
    return render_host(copy, head, host_table, 4, Instant{100s}).reason;
  };
  const LiveKeys two{{2, 2}, 1, {}};
  HostRecord record;
  record.registered = record.heard = record.has_spoken = true;
  record.heard_at = Instant{10s};
  record.refused_at = Instant{97s};
  record.refused_key_id = 1;
  CHECK(said(record, two, MadeFleet::kSilent) ==
        "3 s ago: datagrams that name it come under key 1, which is not live here (nothing proves "
        "that "
        "they are its own); put key 1 back into fleet_keys and reload, or give it a credential of "
        "key "
        "2 and reload its agent");
  CHECK(said(record, two, plane_bit(Plane::kRegistered)).starts_with("3 s ago"));
  CHECK(said(record, two, MadeFleet::kHealthy).empty());
  CHECK(said(record, {{1, 2}, 2, {}}, MadeFleet::kSilent).empty());
  record.heard_at = Instant{98s};
  CHECK(said(record, two, MadeFleet::kSilent).empty());

  ViewHead head;
  head.live_keys = two;
  head.notice_count = 1;
  head.notices[0] = {HostName{"web-1"}, {}, Outcome::kUnknownKey};
  head.notices[0].key_id = 1;
  const SummaryAnswer summary = render_summary(head, {}, Instant{});
  CHECK(summary.notices[0].outcome == "unknown_key");
  CHECK(summary.notices[0].detail.starts_with("datagrams that name it come under key 1, which is"));
}

struct Asked : test::ParkedServer {
  [[nodiscard]] KeysAnswer ask() const {
    const ApiHandler handler(sources, {"127.0.0.1", 4171}, "");
    const ApiRequest request{
        .method = "GET", .path = "/api/v1/keys", .query = {}, .host = "127.0.0.1:4171"};
    const ApiResponse response = handler.answer(request, {made.view.head.at + 1500ms, {}}).now;
    CAPTURE(response.body);
    REQUIRE(response.status == 200);
    const auto answer = keys_from_json(response.body);
    REQUIRE(answer.has_value());
    return *answer;
  }
  MadeFleet made{64};
};

TEST_CASE("a reader gets what the last census counted, with its age; before it there is none") {
  Asked asked;
  CHECK(asked.ask().keys.empty());
  Census census(asked.made.board, asked.made.host_table);
  asked.sources.census = &census.results();
  CHECK_FALSE(asked.ask().age_seconds.has_value());
  HostRecord record = asked.made.host();
  record.has_spoken = true;
  record.key_id = 4;
  record.credential_generation = 2;
  asked.made.put(0, record, MadeFleet::kHealthy);
  asked.made.put(1, record, MadeFleet::kSilent);
  asked.made.view.head.live_keys = {{4, 5}, 2, {}};
  asked.made.publish();
  census.take();
  const KeysAnswer answer = asked.ask();
  CHECK(answer.age_seconds == 1.5);
  REQUIRE(answer.keys.size() == 2);
  CHECK(answer.keys[0].state == "old");
  CHECK(answer.keys[0].hosts == 2);
  CHECK(answer.keys[0].silent == 1);
  REQUIRE(answer.keys[0].generations.size() == 1);
  CHECK(answer.keys[0].generations[0].generation == 2);
  CHECK(answer.keys[0].generations[0].speaking == 1);
  CHECK(answer.keys[1].hosts == 0);
  CHECK(answer.advice.starts_with("1 host still speaks with key 4"));
}

}  // namespace
}  // namespace flatline
