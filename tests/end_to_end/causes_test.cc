// A rack fails, and then a zone falls silent: the real command line names both, and the check.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "schema/answers/census_json.h"
#include "schema/wire/text.h"
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

/// The causes' texts, without those of hosts that a busy machine silenced.
std::vector<std::string> causes_of(const SummaryAnswer& summary, const std::string& about) {
  std::vector<std::string> texts;
  for (const CauseAnswer& cause : summary.causes) {
    if (cause.about == about) texts.push_back(cause.text);
  }
  return texts;
}

/// Asks until the answer has these words and the program ends so: causes are looked for every ten
/// seconds, and on a busy machine the collector may be in doubt of itself.
void await_words(const RunningCollector& collector, const std::vector<std::string>& question,
                 int exit_code, const std::string& words) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const Finished answer = collector.ask(question);
    if (answer.exit_code == exit_code && answer.out.find(words) != std::string::npos) return;
    CAPTURE(answer.out);
    require_before(deadline);
  }
}

/// Asks until so many hosts have the check `disk` as it is wanted.
void await_disk(const RunningCollector& collector, std::uint32_t hosts, std::uint32_t critical) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const auto page = check_page_from_json(text_of(collector, {"checks", "-o", "json"}));
    REQUIRE(page.has_value());
    const auto disk = std::ranges::find(page->checks, "disk", &CheckCountAnswer::name);
    REQUIRE(disk != page->checks.end());
    if (disk->hosts == hosts && disk->critical == critical) return;
    require_before(deadline);
  }
}

}  // namespace

TEST_CASE("what failing and silent hosts have in common is told, and which check fails") {
  const RunningCollector collector({"--capacity", "1024"});
  const std::string labels = "role=web,db; zone=eu-1a,eu-1b,us-1a; rack=r[01-30] in zone";
  ChildProcess sim({kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                    collector.fleet_key(), "--hosts", "900", "--interval", "1s", "--for", "10m",
                    "--seed", "5", "--labels", labels, "--scenario",
                    "0s healthy; 4s fail rack=r07 check=disk; 1h fail rack=r07 check=disk, silent "
                    "zone=us-1a"});
  // Of the whole fleet: a census may have come before a busy machine had all hosts register.
  const std::vector<std::string> expected = {
      "all 30 failing are rack=r07, which is 3.3 % of the fleet", "disk fails on all 30 failing"};
  std::vector<std::string> told;
  CAPTURE(join(told, "; "));
  const SummaryAnswer failing = await_status(collector, [&](const SummaryAnswer& summary) {
    told = causes_of(summary, "failing");
    return is_told(summary, "failing", "rack=r07", 30) && is_told(summary, "failing", "disk", 30) &&
           told.size() >= 2 && std::equal(expected.begin(), expected.end(), told.begin());
  });
  REQUIRE(failing.causes_age_seconds.has_value());

  await_disk(collector, 900, 30);
  CHECK(text_of(collector, {"checks"}).find("\ndisk ") != std::string::npos);

  sim.send_signal(SIGUSR2);  // The next phase begins.
  await_status(collector, [](const SummaryAnswer& summary) {
    return summary.silent == 300 && is_told(summary, "silent", "zone=us-1a", 300) &&
           is_told(summary, "silent", "", 300);
  });
  await_words(collector, {"status"}, 0,
              "\n  cause: all 300 silent are zone=us-1a, which is 33.3 % of the fleet\n");
  await_words(collector, {"check"}, 2,
              "; all 30 failing are rack=r07, which is 3.3 % of the fleet | ");
}
