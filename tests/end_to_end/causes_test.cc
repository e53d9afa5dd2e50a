// A rack fails, and then a zone falls silent: the real command line names both, and the check.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "schema/answers/census_json.h"
#include "tests/harness/asking.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

/// Whether it is told of so many hosts: a census may see only some of them fail.
bool is_told(const SummaryAnswer& summary, const std::string& about, const std::string& key,
             std::uint32_t hosts) {
  return std::any_of(summary.causes.begin(), summary.causes.end(), [&](const CauseAnswer& cause) {
    return cause.about == about && cause.key == key && cause.hosts == hosts;
  });
}

std::string text_of(const RunningCollector& collector, const std::vector<std::string>& question) {
  const Finished answer = collector.ask(question);
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  return answer.out;
}

}  // namespace

TEST_CASE("what failing and silent hosts have in common is told, and which check fails") {
  const RunningCollector collector({"--capacity", "1024"});
  const std::string labels = "role=web,db; zone=eu-1a,eu-1b,us-1a; rack=r[01-30] in zone";
  ChildProcess sim({kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                    collector.fleet_key(), "--hosts", "900", "--interval", "1s", "--for", "10m",
                    "--seed", "5", "--labels", labels, "--scenario",
                    "0s healthy; 4s fail rack=r07 check=disk; 12s fail rack=r07 check=disk, silent "
                    "zone=us-1a"});
  const SummaryAnswer failing = await_status(collector, [](const SummaryAnswer& summary) {
    return is_told(summary, "failing", "rack=r07", 30) && is_told(summary, "failing", "disk", 30);
  });
  CHECK(failing.causes[0].text == "all 30 failing are rack=r07, which is 3.3 % of the fleet");
  CHECK(failing.causes[1].text == "disk fails on all 30 failing");
  REQUIRE(failing.causes_age_seconds.has_value());

  const auto checks = check_page_from_json(text_of(collector, {"checks", "-o", "json"}));
  REQUIRE(checks.has_value());
  const auto disk =
      std::find_if(checks->checks.begin(), checks->checks.end(),
                   [](const CheckCountAnswer& check) { return check.name == "disk"; });
  REQUIRE(disk != checks->checks.end());
  CHECK(disk->hosts == 900);
  CHECK(disk->critical == 30);
  CHECK(text_of(collector, {"checks"}).find("\ndisk ") != std::string::npos);

  await_status(collector, [](const SummaryAnswer& summary) {
    return summary.silent == 300 && is_told(summary, "silent", "zone=us-1a", 300) &&
           is_told(summary, "silent", "", 300);
  });
  CHECK(text_of(collector, {"status"})
            .find("\n  cause: all 300 silent are zone=us-1a, which is 33.3 % of the fleet\n") !=
        std::string::npos);
  const Finished plugin = collector.ask({"check"});
  CHECK(plugin.exit_code == 2);
  CHECK(plugin.out.find("; all 30 failing are rack=r07, which is 3.3 % of the fleet | ") !=
        std::string::npos);
}
