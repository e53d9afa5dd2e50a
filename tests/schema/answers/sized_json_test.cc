// What is asked for at every tick has one size, whatever it says.

#include "schema/answers/sized_json.h"

#include <doctest/doctest.h>

#include "schema/answer_limits.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"

namespace flatline {
namespace {

/// A summary of a fleet in which all that can be listed is there, with texts of so many bytes.
SummaryAnswer worst_summary(std::size_t name_bytes) {
  const std::string name(name_bytes, 'x');
  SummaryAnswer answer;
  answer.hosts = answer.failing = answer.capacity = kMaxCapacity;
  answer.down = kMaxCapacity;
  answer.time = "2026-11-23T15:00:00.000Z";
  answer.generation = "0000000100000002";
  answer.flags = {"warming", "blind", "panic", "frozen", "degraded"};
  answer.doubts = {"its own tick came late, or it was paused",
                   "nothing was heard for a whole window"};
  answer.datagrams.outcomes.assign(15, {"name_mismatch", 1234567890123});
  answer.storage = {"degraded", "the disk has not answered for 3 s", 12};
  answer.operators.frozen_why = name;
  answer.notices.assign(kNotices, {name, "192.0.2.7:40000", "stale",
                                   "it is silent, and this does not follow its last snapshot; "
                                   "restart its agent, or: flatline reset " +
                                       name,
                                   1234.567});
  answer.causes.assign(kCauses, {"changed",
                                 "label",
                                 name,
                                 {name},
                                 1000000,
                                 1000000,
                                 0.123456789,
                                 {},
                                 "",
                                 "1000000 of 1000000 that changed in the last 5 minutes are " +
                                     name + " and " + name + ", which is 12.3 % of the fleet"});
  answer.groups = {99,
                   std::vector<std::string>(kTroubledGroups, name),
                   99,
                   std::vector<std::string>(kTroubledGroups, name),
                   {{"rack", 12}}};
  return answer;
}

}  // namespace

TEST_CASE("behind JSON stand spaces and a newline, up to the next multiple") {
  CHECK(pad_json("{}", 4) == "{} \n");
  CHECK(pad_json("{1}", 4) == "{1}\n");
  CHECK(pad_json("{12}", 4) == "{12}   \n");
}

TEST_CASE("a summary has one size, and all that it says is read back") {
  SummaryAnswer calm;
  calm.healthy = calm.hosts = 9;
  for (const SummaryAnswer& answer : {calm, worst_summary(16)}) {
    const std::string json = to_sized_json(answer);
    CHECK(json.size() == kSummaryBytes);
    const auto read = summary_from_json(json);
    REQUIRE(read);
    CHECK(to_json(*read) == to_json(answer));
  }
}

TEST_CASE("of the longest texts the last of each list is left out, and notices go first") {
  for (const std::size_t name_bytes : {kNameBytes, kWhyBytes}) {
    CAPTURE(name_bytes);
    const std::string json = to_sized_json(worst_summary(name_bytes));
    CHECK(json.size() == kSummaryBytes);
    const auto read = summary_from_json(json);
    REQUIRE(read);
    CHECK(read->notices.size() < kNotices);
    CHECK(read->causes.size() >= (name_bytes == kNameBytes ? kCauses : 1));
    CHECK(read->groups.below == 99);
    CHECK(read->groups.below_names.size() == kTroubledGroups);
  }
}

TEST_CASE("a host with all checks, messages and texts of the longest has the size of any other") {
  HostAnswer answer;
  answer.row = {.name = std::string(kNameBytes, 'n'),
                .slot = kMaxCapacity - 1,
                .state = "failing",
                .heard_seconds_ago = 1234567.123,
                .labels = std::string(kLabelsBytes, 'l'),
                .checks_failing = kChecks,
                .checks = kChecks,
                .message = std::string(kMessageBytes, 'm'),
                .message_age_seconds = 1234567.123,
                .check = std::string(kCheckNameBytes, 'c')};
  answer.row.drain = {"2026-11-23T15:00:00.000Z", std::string(kWhyBytes, 'w'),
                      std::string(kByBytes, 'b'), "2026-11-23T15:00:00.000Z"};
  answer.address = answer.conflict_address = "[2001:db8:1111:2222:3333:4444:5555:6666]:65535";
  answer.agent_id = answer.config_hash = answer.epoch = "0123456789abcdef";
  answer.agent_version = "255.255.65535";
  for (std::uint32_t index = 0; index < kChecks; ++index) {
    answer.results.push_back({index, std::string(kCheckNameBytes, 'c'), "CRITICAL",
                              -1.2345678901234567e-100, std::string(kMessageBytes, 'm'),
                              1234567.123, "", std::nullopt});
  }
  CHECK(to_json(answer).size() < kHostBytes);
}

TEST_CASE("what has nothing to leave out takes as many sizes as it needs") {
  SummaryAnswer answer;
  answer.storage.reason = std::string(kSummaryBytes, '?');
  CHECK(to_sized_json(answer).size() == 2 * kSummaryBytes);
}

}  // namespace flatline
