// Scenarios whose shares are of hosts with some label, or that choose a check.

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

#include "schema/program/error.h"
#include "tools/sim/limits.h"
#include "tools/sim/script.h"
#include "tools/sim/truth.h"

namespace flatline::sim {
namespace {

constexpr std::string_view kLabels = "role=web:60%,db:40%; zone=a,b; rack=r[1-10] in zone";
const std::array<std::string, 3> kChecks = {"load", "memory", "disk"};

/// A script and the labels that it is about.
struct Play {
  Play(std::string_view scenario, std::uint32_t hosts)
      : labels(parse_labels(kLabels), hosts, 1),
        script(parse_scenario(scenario), labels, 1, kChecks) {}

  /// Whether a host has a label, as `rack=r7`.
  [[nodiscard]] bool has(std::uint32_t host, std::string_view label) const {
    return ("," + labels.text_of(host) + ",").find("," + std::string{label} + ",") !=
           std::string::npos;
  }

  HostLabels labels;
  Script script;
};

std::string error_of(std::string_view text) {
  try {
    (void)Play(text, 100);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a share of a label is all who have it, and nobody else") {
  const Play play("0s healthy; 10s fail rack=r7; 20s silent zone=b", 1000);
  CHECK(play.script.describe(0) == "healthy=1000");
  CHECK(play.script.describe(1) == "healthy=900 fail=100");
  CHECK(play.script.describe(2) == "healthy=500 silent=500");
  for (std::uint32_t host = 0; host < 1000; ++host) {
    CHECK((play.script.verb_of(host, 1) == Verb::kFail) == play.has(host, "rack=r7"));
    CHECK((play.script.verb_of(host, 2) == Verb::kSilent) == play.has(host, "zone=b"));
  }
}

TEST_CASE("a percentage or a number of a label is of those who have it") {
  const Play play("0s warn role=db 20%; 1s warn role=db 40%; 2s fail 7 hosts role=web rack=r3",
                  1000);
  CHECK(play.script.count_of(Verb::kWarn, 0) == 80);
  CHECK(play.script.count_of(Verb::kWarn, 1) == 160);
  CHECK(play.script.count_of(Verb::kFail, 2) == 7);
  for (std::uint32_t host = 0; host < 1000; ++host) {
    if (play.script.verb_of(host, 0) == Verb::kWarn) {
      CHECK(play.has(host, "role=db"));
      // A larger share of the same label includes the hosts of the smaller one.
      CHECK(play.script.verb_of(host, 1) == Verb::kWarn);
    }
    if (play.script.verb_of(host, 2) == Verb::kFail) {
      CHECK(play.has(host, "role=web"));
      CHECK(play.has(host, "rack=r3"));
    }
  }
}

TEST_CASE("a host does what the first share says that takes it") {
  const Play play("0s healthy rack=r1, fail rack=r[1-3], silent zone=a, flap 100%", 1000);
  CHECK(play.script.describe(0) == "healthy=100 fail=200 silent=200 flap=500");
  for (std::uint32_t host = 0; host < 1000; ++host) {
    const Verb verb = play.script.verb_of(host, 0);
    if (play.has(host, "rack=r1")) CHECK(verb == Verb::kHealthy);
    if (play.has(host, "rack=r2")) CHECK(verb == Verb::kFail);
    if (play.has(host, "zone=b")) CHECK(verb == Verb::kFlap);
  }
}

TEST_CASE("shares without a label take the same hosts, whether or not another has one") {
  const Play play("0s fail 30%; 1s fail 30%, silent rack=r1", 1000);
  for (std::uint32_t host = 0; host < 1000; ++host) {
    CHECK((play.script.verb_of(host, 0) == Verb::kFail) ==
          (play.script.verb_of(host, 1) == Verb::kFail));
  }
}

TEST_CASE("a share may choose the check that shows it; else each host has its own") {
  const Play play(
      "0s fail rack=r7 check=disk, fail 5%, warn role=web 10% check=load; 1s flap 100% "
      "check=memory",
      1000);
  for (std::uint32_t host = 0; host < 1000; ++host) {
    const Part part = play.script.part_of(host, 0);
    if (play.has(host, "rack=r7")) {
      CHECK(part.check == 2);
    } else if (part.verb == Verb::kFail) {
      CHECK(part.check == Part::kOwnCheck);
    } else if (part.verb == Verb::kWarn) {
      CHECK(part.check == 0);
    }
    CHECK(play.script.part_of(host, 1).check == 1);
  }
}

TEST_CASE("the truth says what each host was told, labels or not") {
  const Play play("0s healthy; 10s fail rack=r7 check=disk; 20s fail rack=r7 check=load", 1000);
  const auto lines = [&](std::size_t phase) {
    return truth_lines(play.script, phase, 1000,
                       [](std::uint32_t host) { return std::to_string(host); });
  };
  const std::string failing = lines(1);
  std::uint32_t found = 0;
  for (std::uint32_t host = 0; host < 1000; ++host) {
    const std::string line =
        "{\"at_s\":10,\"host\":\"" + std::to_string(host) + "\",\"state\":\"failing\"}\n";
    const bool is_said = failing.find(line) != std::string::npos;
    CHECK(is_said == play.has(host, "rack=r7"));
    found += is_said ? 1 : 0;
  }
  CHECK(found == 100);
  // By which check a host fails is no state of its own.
  CHECK(lines(2).empty());
}

TEST_CASE("errors name the phase, the column and what is allowed") {
  struct Row {
    std::string_view text;
    std::string_view says;
  };
  constexpr std::array<Row, 16> kRows{
      {{"0s healthy; 1s fail rck=r7",
        "phase 2 '1s fail rck=r7', column 9: 'rck' is no label of --labels; there are: role, zone, "
        "rack"},
       {"0s fail rack=r11",
        "column 9: no host has rack=r11; there are: r1, r2, r3, r4, r5, r6, r7, "
        "r8, ... to r10"},
       {"0s fail rack=r[9-11]", "no host has rack=r11"},
       {"0s fail role=", "column 9: 'role=' is no label; write rack=r7 or rack=r[1-3]"},
       {"0s fail =web", "'=web' is no label"},
       {"0s fail rack=r[7", "is no label; write rack=r7 or rack=r[1-3]"},
       {"0s warn 5%, fail check=dsik",
        "column 13: 'fail' needs a share from 0% to 100%, a number of hosts, or a label"},
       {"0s fail 5% check=dsik",
        "column 12: 'dsik' is no check of these hosts; there are: load, memory, disk"},
       {"0s silent 5% check=disk", "column 14: no check shows 'silent'; one shows fail, warn and"},
       {"0s fail 5% check=disk check=load", "column 23: a share has one check"},
       {"0s fail rack=r7 101%", "column 17: 'fail' needs a share from 0% to 100%"},
       {"0s fail rack=r7 x", "column 17: 'fail' needs a share"},
       {"0s fail rack=r7, fail rack=r7", "column 18: 'fail' stands twice"},
       {"0s fail 11 rack=r7", "wants more than the 10 hosts that there are with rack=r7"},
       {"0s fail rack=r7, silent 5 rack=r7", "the phase at 0s wants more than the 10 hosts"},
       {"0s fail, warn 5%", "column 4: 'fail' needs a share"}}};
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    const std::string error = error_of(row.text);
    CAPTURE(error);
    CHECK(error.starts_with("--scenario: "));
    CHECK(error.find(row.says) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
  }
  CHECK_THROWS_WITH_AS(Script(parse_scenario("0s fail rack=r7"), 10, 1),
                       "--scenario: phase 1 '0s fail rack=r7', column 9: 'rack' is no label of "
                       "--labels; there are none",
                       UsageError);
}

TEST_CASE("a phase has a largest number of shares") {
  std::string text = "0s healthy";
  for (std::size_t i = 1; i < kPhaseShares; ++i) text += ", fail x=" + std::to_string(i);
  CHECK(parse_scenario(text)[0].shares.size() == kPhaseShares);
  CHECK_THROWS_AS((void)parse_scenario(text + ", fail x=y"), UsageError);
}

}  // namespace
}  // namespace flatline::sim
