#include "schema/answers/view_json.h"

#include <doctest/doctest.h>

using namespace flatline;

namespace {

SummaryAnswer sample_summary() {
  SummaryAnswer answer;
  answer.hosts = 10000;
  answer.healthy = 9990;
  answer.failing = 4;
  answer.silent = 3;
  answer.unknown = 2;
  answer.expected = 1;
  answer.missing = 9;
  answer.warning = 5;
  answer.drained = 6;
  answer.flapping = 7;
  answer.conflict = 8;
  answer.capacity = 16384;
  answer.tick = 4294967297;
  answer.time = "2026-11-23T15:00:00.000Z";
  answer.view_age_seconds = 0.25;
  answer.generation = "0000000100000002";
  answer.flags = {"warming", "blind"};
  answer.doubts = {"nothing was heard for a whole window"};
  answer.datagrams.lost = 9;
  answer.datagrams.filtered = 1e12;
  answer.datagrams.outcomes = {{"wrong_size", 0}, {"accepted", 123456789}};
  answer.receive_buffer.wanted_bytes = 10485760;
  answer.receive_buffer.granted_bytes = 425984;
  answer.receive_buffer.advice = "sysctl -w net.core.rmem_max=5242880";
  answer.storage.state = "degraded";
  answer.storage.reason = "disk full";
  answer.storage.lost_steps = 12;
  answer.notices = {{"web-1", "192.0.2.7:4170", "skewed", "its clock is 400.0 s ahead", 12.5}};
  answer.down = 14;
  answer.collector = {"0.1.0", 3600, 1, 2, 0.003, 7, {}};
  answer.collector.certificate = {"2026-12-03T15:00:00.000Z", 864000, "renew it"};
  answer.work = {1.5,
                 0.0005,
                 0.25,
                 0.001,
                 7e9,
                 3920e9,
                 1e8,
                 6e9,
                 {360, 1800, 7257600, 1800, 5},
                 {60, 8220, 33143040, 8220, 137},
                 10000};
  answer.operators = {
      "2026-11-23T16:00:00.000Z", "failover", "ada", 3, 4, 5, "ops", 6, "192.0.2.7", 4};
  answer.causes = {
      {"failing", "label", "rack=r7", {"zone=b"}, 3, 4, 0.25, {}, "", "3 of 4 failing"},
      {"silent", "moment", "", {}, 5, 6, {}, 2.0, "2026-11-23T14:59:00.000Z", "at once"}};
  answer.causes_age_seconds = 0.75;
  answer.labels_uncounted = 8;
  answer.forgotten = {12, "web-9", "2026-11-23T12:00:00.000Z"};
  answer.groups = {1, {"role=web"}, 17, {"zone=eu-1a"}, {{"rack", 12}}};
  return answer;
}

constexpr std::string_view kSummaryJson =
    R"({"hosts":10000,"healthy":9990,"failing":4,"silent":3,"unknown":2,"expected":1,"warning":5,)"
    R"("drained":6,"flapping":7,"conflict":8,"capacity":16384,"tick":4294967297,)"
    R"("time":"2026-11-23T15:00:00.000Z","view_age_seconds":0.25,"generation":"0000000100000002",)"
    R"("flags":["warming","blind"],"doubts":["nothing was heard for a whole window"],)"
    R"("datagrams":{"lost":9,"filtered":1000000000000,)"
    R"("outcomes":[{"name":"wrong_size","count":0},{"name":"accepted","count":123456789}]},)"
    R"("receive_buffer":{"wanted_bytes":10485760,"granted_bytes":425984,)"
    R"("advice":"sysctl -w net.core.rmem_max=5242880"},)"
    R"("storage":{"state":"degraded","reason":"disk full","lost_steps":12},)"
    R"("notices":[{"host":"web-1","address":"192.0.2.7:4170","outcome":"skewed",)"
    R"("detail":"its clock is 400.0 s ahead","seconds_ago":12.5}],)"
    R"("collector":{"version":"0.1.0","uptime_seconds":3600,"tick_seconds":1,"late_ticks":2,)"
    R"("worst_lateness_seconds":0.003,"check_names_refused":7,)"
    R"("certificate":{"expires":"2026-12-03T15:00:00.000Z","expires_seconds":864000,)"
    R"("advice":"renew it"}},)"
    R"("work":{"tick_seconds":1.5,"last_tick_seconds":0.0005,"worst_tick_seconds":0.25,)"
    R"("lateness_seconds":0.001,"datagrams":7000000000,"datagram_bytes":3920000000000,)"
    R"("receive_calls":100000000,"published_bytes":6000000000,)"
    R"("history":{"writes":360,"rows":1800,"bytes":7257600,"pages":1800,"wal_frames":5},)"
    R"("checkpoint":{"writes":60,"rows":8220,"bytes":33143040,"pages":8220,"wal_frames":137},)"
    R"("registry_rows":10000},)"
    R"("operators":{"frozen_until":"2026-11-23T16:00:00.000Z","frozen_why":"failover",)"
    R"("frozen_by":"ada","tombstones":3,"revocations":4,"refused_attempts":5,)"
    R"("frozen_token_name":"ops","wrong_tokens":6,"wrong_tokens_from":"192.0.2.7",)"
    R"("wrong_tokens_there":4},"missing":9,)"
    R"("down":14,"causes":[{"about":"failing","kind":"label","key":"rack=r7","also":["zone=b"],)"
    R"("hosts":3,"of":4,"fleet_share":0.25,"text":"3 of 4 failing"},)"
    R"({"about":"silent","kind":"moment","also":[],"hosts":5,"of":6,"seconds":2,)"
    R"("since":"2026-11-23T14:59:00.000Z","text":"at once"}],"causes_age_seconds":0.75,)"
    R"("labels_uncounted":8,)"
    R"("forgotten":{"hosts":12,"last":"web-9","last_at":"2026-11-23T12:00:00.000Z"},)"
    R"("groups":{"below":1,"below_names":["role=web"],"panic":17,)"
    R"("panic_names":["zone=eu-1a"],"other":[{"name":"rack","count":12}]}})";

HostRowAnswer sample_row() {
  HostRowAnswer row;
  row.name = "web-1";
  row.slot = 7;
  row.state = "failing";
  row.drained = true;
  row.heard_seconds_ago = 0.5;
  row.labels = "role=web";
  row.checks_failing = 1;
  row.checks = 2;
  row.message = "DISK CRITICAL - \"/\" is at 99 %";
  row.late = true;
  row.message_age_seconds = 12.5;
  row.check = "disk";
  row.drain = {"2026-11-23T17:00:00.000Z", "new kernel", "ada"};
  return row;
}

constexpr std::string_view kRowFields =
    R"("name":"web-1","slot":7,"state":"failing","warning":false,"drained":true,"flapping":false,)"
    R"("conflict":false,"heard_seconds_ago":0.5,"labels":"role=web","checks_failing":1,"checks":2,)"
    R"("message":"DISK CRITICAL - \"/\" is at 99 %","late":true,"message_age_seconds":12.5,)"
    R"("drain":{"until":"2026-11-23T17:00:00.000Z","why":"new kernel","by":"ada"},"check":"disk")";

HostPageAnswer sample_page() {
  HostPageAnswer page;
  page.total = 2;
  page.next = "7";
  page.tick = 12;
  page.generation = "0000000100000002";
  HostRowAnswer never_heard;
  never_heard.name = "web-2";
  never_heard.state = "expected";
  page.hosts = {sample_row(), never_heard};
  return page;
}

HostAnswer sample_host() {
  HostAnswer host;
  host.row = sample_row();
  host.agent_id = "00112233445566ff";
  host.address = "192.0.2.7:4170";
  host.interval_seconds = 1;
  host.window_seconds = 4.5;
  host.uptime_seconds = 1e9;
  host.skew_seconds = -0.5;
  host.lag_seconds = 0;
  host.received = 9007199254740991;  // 2^53 - 1: a double holds every count up to this exactly.
  host.lost = 3;
  host.agent_version = "0.1.0";
  host.key_id = 1;
  host.credential_generation = 65535;
  host.epoch = "2026-11-23T13:58:01.000Z";
  host.sequence = 42;
  host.registered_at = "2026-11-23T14:00:00.000Z";
  host.results = {{0, "disk", "CRITICAL", 99.0, "99 %", 0.25, "", {}},
                  {31, "", "PENDING", {}, "", {}, "no result yet", 0.5}};
  host.time = "2026-11-23T15:00:00.000Z";
  host.tick = 12;
  host.drained_until = "2026-11-23T17:00:00.000Z";
  host.reason = "no result since its agent started";
  return host;
}

}  // namespace

TEST_CASE("the JSON of a summary, to the letter, and back") {
  const std::string json = to_json(sample_summary());
  CHECK(json == kSummaryJson);
  const auto back = summary_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK(back->datagrams.outcomes.size() == 2);
  CHECK(back->notices.at(0).detail == "its clock is 400.0 s ahead");
}

TEST_CASE("empty text and absent numbers leave no field; empty lists are lists") {
  const std::string json = to_json(SummaryAnswer{});
  for (const char* absent : {"time", "generation", "advice", "reason", "state", "version"}) {
    CHECK(json.find('"' + std::string(absent) + '"') == std::string::npos);
  }
  CHECK(json.find(R"("flags":[],"doubts":[])") != std::string::npos);
  CHECK(json.find(R"("notices":[])") != std::string::npos);
  const auto back = summary_from_json(json);
  REQUIRE(back);
  CHECK(back->time.empty());
}

TEST_CASE("the JSON of a page of hosts, to the letter, and back") {
  const std::string json = to_json(sample_page());
  CHECK(json ==
        R"({"total":2,"next":"7","tick":12,"generation":"0000000100000002","hosts":[{)" +
            std::string(kRowFields) +
            R"(},{"name":"web-2","slot":0,"state":"expected","warning":false,"drained":false,)"
            R"("flapping":false,"conflict":false,"late":false}]})");
  const auto back = host_page_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK(back->hosts.at(0).heard_seconds_ago == 0.5);
  CHECK_FALSE(back->hosts.at(1).heard_seconds_ago.has_value());
}

TEST_CASE("the JSON of a host, to the letter, and back") {
  const std::string json = to_json(sample_host());
  CHECK(json ==
        "{" + std::string(kRowFields) +
            R"(,"agent_id":"00112233445566ff","address":"192.0.2.7:4170","interval_seconds":1,)"
            R"("window_seconds":4.5,"uptime_seconds":1000000000,"skew_seconds":-0.5,)"
            R"("lag_seconds":0,"received":9007199254740991,"lost":3,"agent_version":"0.1.0",)"
            R"("key_id":1,"credential_generation":65535,"epoch":"2026-11-23T13:58:01.000Z",)"
            R"("sequence":42,)"
            R"("registered_at":"2026-11-23T14:00:00.000Z",)"
            R"("results":[{"index":0,"name":"disk","state":"CRITICAL","value":99,)"
            R"("message":"99 %","age_seconds":0.25},{"index":31,"state":"PENDING",)"
            R"("earlier_message":"no result yet","earlier_age_seconds":0.5}],)"
            R"("time":"2026-11-23T15:00:00.000Z","tick":12,)"
            R"("drained_until":"2026-11-23T17:00:00.000Z",)"
            R"("reason":"no result since its agent started"})");
  const auto back = host_from_json(json);
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK(back->results.at(0).value == 99);
  CHECK_FALSE(back->results.at(1).value.has_value());
}

TEST_CASE("the JSON of a problem") {
  CHECK(to_json(ProblemAnswer{"no"}) == R"({"error":"no"})");
  const auto back = problem_from_json(R"({"error":"café \"x\"\n\u0007"})");
  REQUIRE(back);
  CHECK(back->error == "café \"x\"\n\a");
}

TEST_CASE("fields of a later version are skipped, absent ones have no value") {
  const auto summary = summary_from_json(
      R"({"later":{"deep":[1,{"x":null}]},"hosts":3,"flags":["warming"],"another":"text"})");
  REQUIRE(summary);
  CHECK(summary->hosts == 3);
  CHECK(summary->flags == std::vector<std::string>{"warming"});
  CHECK(summary->healthy == 0);
  CHECK(summary_from_json(" { } "));
}

TEST_CASE("what is not such an answer is nothing, and never an exception") {
  const std::string deep_list(100'000, '[');
  const std::string deep_object =
      R"({"later":)" + std::string(100, '[') + std::string(100, ']') + "}";
  const std::string_view bad[] = {"",
                                  " ",
                                  "null",
                                  "[]",
                                  "7",
                                  "<html>",
                                  "{",
                                  R"({"hosts":)",
                                  R"({"hosts":1)",
                                  R"({"hosts":1}})",
                                  R"({"hosts":-1})",
                                  R"({"hosts":4294967296})",
                                  R"({"hosts":1e300})",
                                  R"({"hosts":1.5})",
                                  R"({"hosts":[1]})",
                                  R"({"flags":"warming"})",
                                  R"({"flags":[{}]})",
                                  R"({"time":7})",
                                  R"({"time":"unended)",
                                  R"({"datagrams":[]})",
                                  deep_list,
                                  deep_object};
  for (const std::string_view json : bad) {
    CAPTURE(json.substr(0, 40));
    CHECK_FALSE(summary_from_json(json).has_value());
  }
  CHECK_FALSE(host_page_from_json(R"({"hosts":[{"heard_seconds_ago":"soon"}]})"));
  CHECK_FALSE(host_page_from_json(R"({"hosts":{"name":"web-1"}})"));
  CHECK_FALSE(host_from_json(R"({"results":[7]})"));
  CHECK_FALSE(problem_from_json(R"({"error":{}})"));
}

TEST_CASE("every truncation of an answer is nothing") {
  for (std::size_t size = 0; size < kSummaryJson.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(summary_from_json(kSummaryJson.substr(0, size)).has_value());
  }
}

TEST_CASE("every byte of an answer changed once never throws") {
  std::string json(kSummaryJson);
  for (char& byte : json) {
    const char good = byte;
    for (const char wrong : {'\0', '"', '{', ']', '\\', '\xff', '9'}) {
      byte = wrong;
      CHECK_NOTHROW(static_cast<void>(summary_from_json(json)));
    }
    byte = good;
  }
}
