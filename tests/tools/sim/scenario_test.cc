#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "schema/program/error.h"
#include "tools/sim/limits.h"
#include "tools/sim/script.h"

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

Script make_script(std::string_view text, std::uint32_t hosts, std::uint64_t seed = 1) {
  return {parse_scenario(text), hosts, seed};
}

/// Counts the verbs that the hosts really get in a phase, host by host.
std::array<std::uint32_t, kVerbs> counted(const Script& script, std::uint32_t hosts,
                                          std::size_t phase) {
  std::array<std::uint32_t, kVerbs> counts{};
  for (std::uint32_t host = 0; host < hosts; ++host) {
    ++counts[static_cast<std::size_t>(script.verb_of(host, phase))];
  }
  return counts;
}

std::string error_of(std::string_view text, std::uint32_t hosts = 100) {
  try {
    make_script(text, hosts);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a scenario is phases of verbs and shares") {
  const auto phases = parse_scenario(
      " 0s healthy ;10s  fail 50% ; 20s silent 30% , flap 7 hosts, warn 1;1m healthy 5%;");
  REQUIRE(phases.size() == 4);
  CHECK(phases[0].start == 0s);
  CHECK(phases[1].start == 10s);
  REQUIRE(phases[1].shares.size() == 1);
  CHECK(phases[1].shares[0].verb == Verb::kFail);
  CHECK(phases[1].shares[0].amount == 50);
  CHECK(phases[1].shares[0].is_percent);
  REQUIRE(phases[2].shares.size() == 3);
  CHECK(phases[2].shares[1].amount == 7);
  CHECK_FALSE(phases[2].shares[1].is_percent);
  CHECK(phases[2].shares[2].verb == Verb::kWarn);
  CHECK(phases[3].start == 60s);
}

TEST_CASE("before the first phase all are healthy") {
  const auto phases = parse_scenario("500ms fail 100%");
  REQUIRE(phases.size() == 2);
  CHECK(phases[0].start == 0s);
  CHECK(phases[0].shares.empty());
}

TEST_CASE("every verb has its name, and reads back") {
  for (std::size_t i = 0; i < kVerbs; ++i) {
    const auto verb = static_cast<Verb>(i);
    const auto phases = parse_scenario("0s " + std::string{verb_name(verb)} + " 25%");
    REQUIRE(phases[0].shares.size() == 1);
    CHECK(phases[0].shares[0].verb == verb);
  }
}

TEST_CASE("errors name the place and what is allowed") {
  struct Row {
    std::string_view text;
    std::string_view says;
  };
  constexpr std::array<Row, 20> kRows{
      {{"", "is empty"},
       {" ; ", "phase 1 '': is empty"},
       {"0s", "phase 1 '0s': nothing happens"},
       {"healthy", "'healthy' is no time"},
       {"10 fail 5%", "'10' is no time"},
       {"0s explode 5%", "'explode' is no verb; there are: healthy, fail, warn, silent"},
       {"0s fail", "'fail' needs a share"},
       {"0s fail x%", "'fail' needs a share"},
       {"0s fail -1%", "'fail' needs a share"},
       {"0s fail 101%", "from 0% to 100%"},
       {"0s fail 5.5", "'fail' needs a share"},
       {"0s fail 5% 6%", "'fail' needs a share"},
       {"0s fail 1e1%", "'fail' needs a share"},
       {"0s fail 5%, , warn 5%", "'' is no verb"},
       {"0s fail 5%, fail 6%", "'fail' stands twice"},
       {"0s fail 60%, silent 50%", "110% together"},
       {"0s healthy; 5s fail 5%; 5s healthy", "phase 3 '5s healthy': must start after"},
       {"0s healthy; 5s fail 5%; 4s healthy", "which starts at 5s"},
       {"0s fail 101", "more than the 100 hosts"},
       {"0s fail 50%, warn 51", "more than the 100 hosts"}}};
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    const std::string error = error_of(row.text);
    CAPTURE(error);
    CHECK(error.starts_with("--scenario: "));
    CHECK(error.find(row.says) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
  }
}

TEST_CASE("a scenario has a largest number of phases") {
  std::string text;
  for (std::size_t i = 0; i < kScenarioPhases; ++i) text += std::to_string(i) + "s healthy;";
  CHECK(parse_scenario(text).size() == kScenarioPhases);
  CHECK(error_of(text + "1h healthy").find("one too many") != std::string::npos);
}

TEST_CASE("counts are exact, and shares of a phase are disjoint") {
  struct Row {
    std::string_view phase;
    std::uint32_t hosts;
    std::uint32_t fail;
    std::uint32_t silent;
  };
  constexpr std::array<Row, 9> kRows{{{"0s fail 50%", 10'000, 5000, 0},
                                      {"0s fail 50%, silent 50%", 5, 3, 2},
                                      {"0s fail 33%, silent 67%", 100, 33, 67},
                                      {"0s fail 0.5%", 300, 2, 0},
                                      {"0s fail 0.1%", 300, 0, 0},
                                      {"0s fail 0%, silent 100%", 7, 0, 7},
                                      {"0s fail 7 hosts, silent 3", 10, 7, 3},
                                      {"0s fail 12, silent 10%", 101, 12, 10},
                                      {"0s silent 1", 1, 0, 1}}};
  for (const Row& row : kRows) {
    CAPTURE(row.phase);
    const Script script = make_script(row.phase, row.hosts);
    const auto counts = counted(script, row.hosts, 0);
    CHECK(counts[static_cast<std::size_t>(Verb::kFail)] == row.fail);
    CHECK(counts[static_cast<std::size_t>(Verb::kSilent)] == row.silent);
    for (std::size_t i = 0; i < kVerbs; ++i) {
      CHECK(script.count_of(static_cast<Verb>(i), 0) == counts[i]);
    }
  }
}

TEST_CASE("the seed draws the hosts, the same ones every time") {
  constexpr std::uint32_t kHosts = 1000;
  const Script first = make_script("0s fail 30%; 1s fail 40%", kHosts, 7);
  const Script again = make_script("0s fail 30%; 1s fail 40%", kHosts, 7);
  const Script other = make_script("0s fail 30%; 1s fail 40%", kHosts, 8);
  std::uint32_t different = 0;
  std::array<std::uint32_t, 10> by_hundred{};
  for (std::uint32_t host = 0; host < kHosts; ++host) {
    CHECK(first.verb_of(host, 0) == again.verb_of(host, 0));
    different += first.verb_of(host, 0) != other.verb_of(host, 0) ? 1 : 0;
    // A larger share of the same verb includes the hosts of the smaller one.
    if (first.verb_of(host, 0) == Verb::kFail) {
      CHECK(first.verb_of(host, 1) == Verb::kFail);
      ++by_hundred[host / 100];
    }
  }
  CHECK(different > 300);
  // 30 of each hundred are expected, with a deviation of 4.3.
  for (const std::uint32_t count : by_hundred) {
    CHECK(count >= 10);
    CHECK(count <= 50);
  }
}

TEST_CASE("a phase is described by its counts") {
  const Script script = make_script("0s healthy; 10s fail 5%, leave 1; 20s silent 100%", 100);
  CHECK(script.describe(0) == "healthy=100");
  CHECK(script.describe(1) == "healthy=94 fail=5 leave=1");
  CHECK(script.describe(2) == "silent=100");
}

}  // namespace
}  // namespace flatline::sim
