// What people read of fleet keys while they are rotated.

#include "tools/cli/report/key_report.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "schema/answers/census_json.h"
#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tests/tools/cli/golden.h"
#include "tests/tools/cli/scripted_collector.h"
#include "tools/cli/client.h"

namespace flatline::cli {
namespace {

KeysAnswer half_way() {
  KeysAnswer keys;
  keys.age_seconds = 0.75;
  keys.keys = {{0, "unknown", 0, 0, 0, 2, {}},
               {1, "old", 252, 250, 2, 0, {{0, 252, 250}}},
               {2, "new", 748, 748, 0, 0, {{0, 747, 747}, {3, 1, 1}}}};
  keys.unheard = 1;
  keys.advice = "250 hosts still speak with key 1: give them credentials of key 2";
  return keys;
}

TEST_CASE("keys: who is left by a rotation is asked for by filters, the silent ones apart") {
  std::vector<std::string> asked;
  for (const LeftHosts& left : left_by_rotation(half_way())) asked.push_back(left.filter);
  CHECK(asked ==
        std::vector<std::string>{"key=1 & reporting", "key=1 & !reporting", "expected,missing"});
  KeysAnswer one;
  one.keys = {{1, "live", 5, 4, 1, 0, {}}, {9, "dropped", 2, 0, 2, 0, {}}};
  REQUIRE(left_by_rotation(one).size() == 1);
  CHECK(left_by_rotation(one)[0].filter == "key=9 & !reporting");
}

TEST_CASE("keys: a table, who is left by name, and what comes next") {
  const KeysAnswer keys = half_way();
  std::vector<LeftHosts> left = left_by_rotation(keys);
  for (int i = 751; i <= 1000; ++i) left[0].names.push_back(fmt::format("sim-{:05}", i));
  left[1].names = {"db-1", "db-2"};
  left[2].names = {"web-9"};
  hold("keys.txt", report_keys(keys, left, false, 80));
}

TEST_CASE("keys: of a very long list of names only its beginning is shown, and how to get all") {
  std::vector<LeftHosts> left = {{"key=1 & reporting", "key 1, speaking", {}}};
  for (int i = 0; i < 40; ++i) left[0].names.push_back("host" + std::string(1 + i, 'a'));
  const std::string text = report_keys(half_way(), left, false);
  CHECK(text.find("key 1, speaking (40): hosta hostaa ") != std::string::npos);
  CHECK(text.find(" ... (all: flatline ls 'key=1 & reporting' -o names)") != std::string::npos);
  CHECK(text.find(std::string(13, 'a')) == std::string::npos);
}

TEST_CASE("keys: before the first census that is said, and what came cannot steer a terminal") {
  CHECK(report_keys({}, {}, false) == "The keys of hosts are not counted yet.\n");
  KeysAnswer keys = half_way();
  keys.advice = "\x1b[2Jnothing";
  keys.keys[0].state = "\x1b[2J";
  CHECK(report_keys(keys, {}, false).find('\x1b') == std::string::npos);
}

TEST_CASE("keys: a collector that is older says so by its status") {
  ScriptedCollector collector(
      [](const std::string&) -> ScriptedCollector::Answer { return {to_json(half_way())}; });
  Client client(collector.address(), "", std::chrono::seconds{20});
  CHECK(client.keys().keys.size() == 3);
  ScriptedCollector older([](const std::string&) -> ScriptedCollector::Answer {
    return {R"({"error":"there is no such path"})", 404};
  });
  Client to_older(older.address(), "", std::chrono::seconds{20});
  CHECK(message_of<Failure>([&] { to_older.keys(); }).ends_with("older than this command"));
}

}  // namespace
}  // namespace flatline::cli
