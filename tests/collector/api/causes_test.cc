// Causes as readers are told of them.

#include <doctest/doctest.h>

#include "collector/api/render_census.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Moment kNow{Instant{2h}, test::kWallAtZero + 2h};

Causes causes_of(const Cause& cause) {
  Causes causes;
  causes.at = kNow.now - 250ms;
  causes.tick = 7;
  causes.count = 1;
  causes.labels_refused = 12;
  causes.causes[0] = cause;
  return causes;
}

CauseAnswer told(const Cause& cause) {
  SummaryAnswer answer;
  render_causes(causes_of(cause), kNow, answer);
  CHECK(answer.causes_age_seconds == 0.25);
  CHECK(answer.labels_uncounted == 12);
  REQUIRE(answer.causes.size() == 1);
  return answer.causes[0];
}

TEST_CASE("before the first census nothing is told of causes") {
  SummaryAnswer answer;
  render_causes(Causes{}, kNow, answer);
  CHECK(answer.causes.empty());
  CHECK_FALSE(answer.causes_age_seconds.has_value());
}

TEST_CASE("a trait is told with both shares") {
  Cause cause;
  cause.kind = CauseKind::kLabel;
  cause.key = TraitText{"rack=r7"};
  cause.hosts = 212;
  cause.of = 214;
  cause.fleet_hosts = 300;
  cause.fleet = 10'000;
  CauseAnswer answer = told(cause);
  CHECK(answer.text == "212 of 214 failing are rack=r7, which is 3.0 % of the fleet");
  CHECK(answer.about == "failing");
  CHECK(answer.kind == "label");
  CHECK(answer.key == "rack=r7");
  CHECK(answer.also.empty());
  CHECK(answer.hosts == 212);
  CHECK(answer.of == 214);
  CHECK(answer.fleet_share == 0.03);
  CHECK_FALSE(answer.seconds.has_value());
  CHECK(answer.since.empty());

  cause.about = About::kSilent;
  cause.hosts = 214;
  cause.fleet_hosts = 9;
  cause.twin_count = 1;
  cause.twins[0] = TraitText{"zone=eu-1b"};
  answer = told(cause);
  CHECK(answer.text ==
        "all 214 silent are rack=r7 and zone=eu-1b, which is under 0.1 % of the fleet");
  CHECK(answer.also == std::vector<std::string>{"zone=eu-1b"});

  cause.about = About::kChanged;
  cause.kind = CauseKind::kAgent;
  cause.key = TraitText{"agent=0.3.1"};
  cause.twin_count = 0;
  cause.fleet_hosts = 2'500;
  answer = told(cause);
  CHECK(answer.kind == "agent");
  CHECK(answer.text ==
        "all 214 that changed in the last 5 minutes are agent=0.3.1, which is 25.0 % of the "
        "fleet");
}

TEST_CASE("a check and a moment are told in words of their own") {
  Cause cause;
  cause.kind = CauseKind::kCheck;
  cause.key = TraitText{"disk"};
  cause.hosts = cause.of = 214;
  cause.fleet = 10'000;
  CauseAnswer answer = told(cause);
  CHECK(answer.text == "disk fails on all 214 failing");
  CHECK(answer.kind == "check");
  CHECK_FALSE(answer.fleet_share.has_value());
  cause.hosts = 80;
  CHECK(told(cause).text == "disk fails on 80 of 214 failing");

  Cause moment;
  moment.about = About::kSilent;
  moment.kind = CauseKind::kMoment;
  moment.hosts = moment.of = 30;
  moment.fleet = 10'000;
  moment.seconds = 2;
  moment.since = kNow.now - 1200s - 1ms;
  answer = told(moment);
  CHECK(answer.kind == "moment");
  CHECK(answer.key.empty());
  CHECK(answer.seconds == 2.0);
  CHECK(answer.since == "2023-11-14T23:53:19.000Z");
  CHECK(answer.text == "all 30 silent fell silent within 2 s, from 2023-11-14T23:53:19Z");
  moment.about = About::kFailing;
  moment.hosts = 20;
  CHECK(told(moment).text ==
        "20 of 30 failing began to fail within 2 s, from 2023-11-14T23:53:19Z");
}

}  // namespace
}  // namespace flatline
