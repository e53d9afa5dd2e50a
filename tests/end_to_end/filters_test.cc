// Filters by the real command line, on a running fleet whose hosts have labels: every verb that
// takes one, held against what `ls` says of all hosts.

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "tests/harness/asking.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr std::uint32_t kHosts = 24;

/// A fleet of which some hosts fail, and the collector that is asked.
class Filtered {
 public:
  Filtered() : all_(await_failing()) {}

  [[nodiscard]] Finished operate(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(),
                     {"--admin-token", (collector.folder() / "data" / "admin.token").string()});
    return collector.ask(arguments);
  }
  [[nodiscard]] Names lines(const std::vector<std::string>& arguments) const {
    const Finished finished = collector.ask(arguments);
    REQUIRE_MESSAGE(finished.exit_code == 0, finished.err);
    const auto lines = split_lines(finished.out);
    return {lines.begin(), lines.end()};
  }
  /// The names of the hosts of which this holds, by the list of all.
  [[nodiscard]] Names those(const std::function<bool(const HostRowAnswer&)>& holds) const {
    Names names;
    for (const HostRowAnswer& host : all_.hosts) {
      if (holds(host)) names.insert(host.name);
    }
    return names;
  }
  /// What `check` says when the collector has no doubt of itself: on a busy machine a tick may be
  /// late, and then a plugin's answer is UNKNOWN.
  [[nodiscard]] Finished judged(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "check");
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
      Finished judged = collector.ask(arguments);
      if (judged.exit_code != 3) return judged;
      require_before(deadline);
    }
  }
  [[nodiscard]] Names drained() const { return lines({"ls", "drained", "-o", "names", "-1"}); }

  RunningCollector collector{{"--tick", "50ms", "--min-interval", "100ms", "--window", "500ms",
                              "--capacity", "64", "--history-step", "100ms", "--history-keep",
                              "10m", "--stale-after", "60"}};

 private:
  HostPageAnswer await_failing() const {
    await_status(collector, [](const SummaryAnswer& now) {
      return now.hosts == kHosts && now.failing == 8 && now.healthy == kHosts - 8;
    });
    return hosts(collector);
  }

  ChildProcess sim_{{kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                     collector.fleet_key(), "--hosts", std::to_string(kHosts), "--interval",
                     "200ms", "--scenario", "0s healthy; 1s fail 8 hosts", "--for", "10m"}};
  HostPageAnswer all_;
};

bool has(const HostRowAnswer& host, const std::string& pair) {
  return ("," + host.labels + ",").find("," + pair + ",") != std::string::npos;
}

bool is_web(const HostRowAnswer& host) {
  return has(host, "role=web");
}

}  // namespace

TEST_CASE("every verb that lists or draws takes the same filters") {
  const Filtered fleet;
  const Names web = fleet.those(is_web);
  const Names failing_web = fleet.those(
      [](const HostRowAnswer& host) { return is_web(host) && host.state == "failing"; });
  REQUIRE(!web.empty());
  REQUIRE(web.size() < kHosts);
  CHECK(fleet.lines({"ls", "role=web", "-o", "names", "-1"}) == web);
  CHECK(fleet.lines({"ls", "Role=web or role=WEB", "-o", "names", "-1"}).empty());
  CHECK(fleet.lines({"ls", "role=web & failing", "-o", "names", "-1"}) == failing_web);
  CHECK(fleet.lines({"ls", "role=web and check:*", "-o", "names", "-1"}) == failing_web);
  CHECK(fleet.lines({"ls", "name=sim-00001", "name=sim-00002", "-o", "names", "-1"}) ==
        Names{"sim-00001", "sim-00002"});
  CHECK(fleet.lines({"bitmap", "role=web", "--plane", "registered", "-o", "names"}) == web);
  const Finished map = fleet.collector.ask({"map", "role=web"});
  CHECK(map.out.find("healthy " + std::to_string(web.size() - failing_web.size()) + " ") !=
        std::string::npos);
  const Finished wrong = fleet.collector.ask({"map", "role=web & failng"});
  CHECK(wrong.exit_code == 2);
  CHECK_MESSAGE(wrong.err.find("filter, character 12: no such word 'failng'") != std::string::npos,
                wrong.err);
}

TEST_CASE("status and watch count those that match") {
  const Filtered fleet;
  const std::string count = std::to_string(fleet.those(is_web).size());
  const Finished shown = fleet.collector.ask({"status", "role=web"});
  CHECK_MESSAGE(shown.out.starts_with(count + " hosts of "), shown.out);
  CHECK(shown.out.find("  cause: ") == std::string::npos);
  const Finished json = fleet.collector.ask({"status", "role=web & failing", "-o", "json"});
  CHECK_MESSAGE(json.out.find("\"healthy\":0,") != std::string::npos, json.out);
  const Finished whole = fleet.collector.ask({"status", "-o", "json"});
  CHECK_MESSAGE(whole.out.ends_with("}}\n"), whole.out);  // Without what fills the answer up.
  const Finished watched = fleet.collector.ask({"watch", "role=web", "--count", "1"});
  CHECK_MESSAGE(watched.out.find(" hosts=" + count + " ") != std::string::npos, watched.out);
  CHECK(fleet.collector.ask({"watch", "role=", "--count", "1"}).exit_code == 2);
  CHECK(shown.err.empty());
  CHECK(fleet.collector.ask({"status", "role=wbe"}).err == "flatline: no host matches role=wbe\n");
  const std::string hint = "no host has a label 'rol'; did you mean role?\n";
  CHECK(fleet.collector.ask({"status", "rol=web"}).err ==
        "flatline: no host matches rol=web: " + hint);
  CHECK(fleet.collector.ask({"ls", "rol=web"}).err == "flatline: " + hint);
}

TEST_CASE("check judges those that match as a fleet of their own") {
  const Filtered fleet;
  const Names web = fleet.those(is_web);
  const Finished judged = fleet.judged({"--filter", "role=web"});
  CHECK_MESSAGE(
      judged.out.find(" of " + std::to_string(web.size()) + " healthy") != std::string::npos,
      judged.out);
  CHECK(fleet.judged({"--filter", "healthy"}).exit_code == 0);
  const Finished failing = fleet.judged({"-v", "--filter", "failing & !drained"});
  CHECK(failing.exit_code == 2);
  CHECK(failing.out.find("0 of 8 healthy, 8 failing") != std::string::npos);
  CHECK(failing.out.find("8 failing: sim-") != std::string::npos);
  const Finished nobody = fleet.collector.ask({"check", "--filter", "role=nobody"});
  CHECK(nobody.exit_code == 3);
  CHECK(nobody.out == "FLATLINE UNKNOWN - no host matches role=nobody\n");
  CHECK(fleet.collector.ask({"check", "sim-00001", "--filter", "all"}).exit_code == 3);
}

TEST_CASE("an action shows whom a filter selects, is not done unasked, and then to these alone") {
  const Filtered fleet;
  const Names web = fleet.those(is_web);
  const std::vector<std::string> drain = {"drain", "role=web", "--for", "1h", "--why", "test"};
  const Finished asked = fleet.operate(drain);
  CHECK(asked.exit_code == 2);
  CHECK_MESSAGE(
      asked.err.find("drain " + std::to_string(web.size()) + " hosts: sim-[") != std::string::npos,
      asked.err);
  CHECK(fleet.drained().empty());
  std::vector<std::string> agreed = drain;
  agreed.emplace_back("--yes");
  const Finished done = fleet.operate(agreed);
  REQUIRE_MESSAGE(done.exit_code == 0, done.err);
  CHECK(done.err.find("drain " + std::to_string(web.size()) + " hosts: sim-[") !=
        std::string::npos);
  CHECK(fleet.drained() == web);
  // Undrained are those alone that are drained and match, and a word needs --filter.
  CHECK(fleet.operate({"undrain", "--filter", "failing", "--yes"}).exit_code == 0);
  CHECK(fleet.drained() == fleet.those([](const HostRowAnswer& host) {
    return is_web(host) && host.state != "failing";
  }));
  CHECK(fleet.operate({"undrain", "role=nobody", "--yes"}).exit_code == 2);
}

TEST_CASE("a filter where it cannot be is refused with what to do instead") {
  const Filtered fleet;
  const auto says = [&](const std::vector<std::string>& arguments, int exit_code,
                        const char* words) {
    const Finished finished = fleet.operate(arguments);
    CHECK(finished.exit_code == exit_code);
    CHECK_MESSAGE(finished.err.find(words) != std::string::npos, finished.err);
  };
  says({"reset", "silent"}, 1, "--filter silent selects hosts that are silent");
  says({"reset"}, 2, "give hosts, as web-1");
  says({"reset", "role=web &"}, 2, "filter, character 11: expected a word");
  says({"admit", "role=web"}, 2, "no filter selects forgotten hosts");
  says({"reset", "role=web", "--key", "k", "--yes"}, 2, "give the names that it selected");
  says({"expect", "role=web"}, 2, "host: 'role=web'");
}

TEST_CASE("looking back, a filter is about then, and says that labels are today's") {
  const Filtered fleet;
  const Names web = fleet.those(is_web);
  // On a busy machine a step may be lost, and with it a moment: then it is another one.
  std::string then;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  do {
    require_before(deadline);
    then = status(fleet.collector).time;
  } while (fleet.collector.ask({"at", then, "status"}).exit_code != 0);
  const Finished listed = fleet.collector.ask({"at", then, "ls", "role=web", "-o", "names", "-1"});
  REQUIRE_MESSAGE(listed.exit_code == 0, listed.err);
  const auto lines = split_lines(listed.out);
  CHECK(Names(lines.begin(), lines.end()) == web);
  CHECK(listed.err.find("labels are those of today") != std::string::npos);
  CHECK(fleet.lines({"at", then, "bitmap", "role=web", "--plane", "known", "-o", "names"}) == web);
  const Finished refused = fleet.collector.ask({"at", then, "map", "check:disk"});
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("filter, character 1: check: can be asked of now") != std::string::npos);
  const Finished diff =
      fleet.collector.ask({"diff", then, "--filter", "name=sim-00001", "-o", "json"});
  REQUIRE_MESSAGE(diff.exit_code == 0, diff.err);
  CHECK(diff_from_json(diff.out)->total <= 1);
}
