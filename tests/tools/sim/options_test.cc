#include "tools/sim/options.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "schema/program/error.h"

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kEnough = {
    "flatline-sim", "--collector", "127.0.0.1:4170", "--fleet-key", "fleet.key", "--hosts", "10"};

std::optional<SimulationOptions> parse(std::vector<std::string> arguments,
                                       const std::vector<std::string>& more = {}) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return parse_options(static_cast<int>(pointers.size()), pointers.data());
}

std::string error_of(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& more = {}) {
  try {
    (void)parse(arguments, more);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("three flags are enough; the others have their defaults") {
  const auto options = parse(kEnough);
  REQUIRE(options);
  CHECK(options->collectors == std::vector<Endpoint>{{"127.0.0.1", 4170}});
  CHECK(options->fleet_key == "fleet.key");
  CHECK(options->hosts == 10);
  CHECK(options->interval == 1s);
  CHECK(options->labels.size() == 3);
  CHECK(options->scenario.size() == 1);
  CHECK_FALSE(options->length);
  CHECK(options->seed == 1);
  CHECK(options->truth.empty());
  CHECK(options->loss == 0);
  CHECK(options->delay == 2s);
  CHECK(options->clones == 0);
  CHECK(options->checks == 4);
  CHECK(options->name_prefix == "sim-");
}

TEST_CASE("a second fleet key is the next one, to which SIGHUP moves a share of the hosts") {
  const auto options = parse(kEnough, {"--fleet-key", "next.key", "--rotate", "12.5%"});
  REQUIRE(options);
  CHECK(options->fleet_key == "fleet.key");
  CHECK(options->next_fleet_key == "next.key");
  CHECK(options->rotate == 0.125);
  CHECK(parse(kEnough)->next_fleet_key.empty());
  CHECK(parse(kEnough)->rotate == 1);
  CHECK(error_of(kEnough, {"--fleet-key", "b", "--fleet-key", "c"}) ==
        "--fleet-key: 3 are too many; at most 2 are allowed");
  CHECK(error_of(kEnough, {"--rotate", "5"}).find("a share from 0% to 100%") != std::string::npos);
}

TEST_CASE("a word behind a collector is none") {
  CHECK(error_of({"flatline-sim", "--fleet-key", "k", "--hosts", "1", "--collector", "127.0.0.1:1",
                  "127.0.0.1:2"})
            .find("127.0.0.1:2") != std::string::npos);
}

TEST_CASE("every flag is read") {
  const auto options = parse(
      kEnough,
      {"--collector", "[::1]:1",    "--interval", "250ms", "--labels",      "role=web,db",
       "--scenario",  "5s fail 1%", "--for",      "1m30s", "--seed",        "18446744073709551615",
       "--truth",     "t",          "--loss",     "1%",    "--duplicate",   "0.5%",
       "--reorder",   "100%",       "--delay",    "10s",   "--clones",      "10",
       "--checks",    "32",         "--skew",     "1h",    "--name-prefix", "a.b_C-"});
  REQUIRE(options);
  CHECK(options->collectors.size() == 2);
  CHECK(options->interval == 250ms);
  REQUIRE(options->labels.size() == 1);
  CHECK(options->labels[0].key == "role");
  CHECK(options->scenario.size() == 2);
  CHECK(options->length == 90s);
  CHECK(options->seed == ~std::uint64_t{0});
  CHECK(options->truth == "t");
  CHECK(options->loss == doctest::Approx(0.01));
  CHECK(options->duplicate == doctest::Approx(0.005));
  CHECK(options->reorder == 1);
  CHECK(options->delay == 10s);
  CHECK(options->clones == 10);
  CHECK(options->checks == 32);
  CHECK(options->skew == 1h);
  CHECK(options->name_prefix == "a.b_C-");
}

TEST_CASE("wrong values are one line that names the flag, the value and what is allowed") {
  struct Row {
    std::vector<std::string> flags;
    std::string_view says;
  };
  const std::vector<Row> rows = {
      {{"--collector", "127.0.0.1"}, "--collector: '127.0.0.1' is not allowed; give ADDR:PORT"},
      {{"--collector", "127.0.0.1:0"}, "--collector: '127.0.0.1:0' is not allowed"},
      {{"--interval", "99ms"},
       "--interval: '99ms' is not allowed; give a duration with its unit "
       "from 100ms to 5m"},
      {{"--interval", "1"}, "--interval: '1' is not allowed"},
      {{"--interval", "301s"}, "from 100ms to 5m"},
      {{"--for", "0s"}, "--for: '0s' is not allowed"},
      {{"--for", "soon"}, "--for: 'soon' is not allowed"},
      {{"--seed", "-1"}, "--seed: '-1' is not allowed; give a whole number"},
      {{"--seed", "1x"}, "--seed: '1x' is not allowed"},
      {{"--loss", "0.01"}, "--loss: '0.01' is not allowed; give a share from 0% to 100%"},
      {{"--loss", "101%"}, "--loss: '101%'"},
      {{"--duplicate", "nan%"}, "--duplicate: 'nan%'"},
      {{"--reorder", "-1%"}, "--reorder: '-1%'"},
      {{"--delay", "61s"}, "from 1ms to 1m"},
      {{"--clones", "11"}, "--clones: '11' is not allowed; give a whole number from 0 to 10"},
      {{"--checks", "0"}, "from 1 to 32"},
      {{"--checks", "33"}, "from 1 to 32"},
      {{"--name-prefix", "a b"}, "--name-prefix: 'a b' is not allowed; give at most 59 of"},
      {{"--name-prefix", std::string(60, 'x')}, "at most 59"},
      {{"--scenario", "0s explode"}, "--scenario: phase 1 '0s explode'"},
      {{"--labels", "role=web,web"}, "--labels: label 1 'role=web,web', column 10"},
      {{"--bogus"}, "--bogus"},
      {{"stray"}, "stray"},
  };
  for (const Row& row : rows) {
    const std::string error = error_of(kEnough, row.flags);
    CAPTURE(row.flags[0]);
    CAPTURE(error);
    CHECK(error.find(row.says) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
  }
  for (const std::string_view hosts : {"0", "1048577", "1e3", "", "-5"}) {
    std::vector<std::string> arguments = kEnough;
    arguments.back() = hosts;
    CHECK(error_of(arguments).find("from 1 to 1048576") != std::string::npos);
  }
}

TEST_CASE("what is missing is named") {
  CHECK(error_of({"flatline-sim"}).find("is required") != std::string::npos);
  CHECK(error_of({"flatline-sim", "--collector", "a:1", "--hosts", "5"}).find("--fleet-key") !=
        std::string::npos);
}

TEST_CASE("there is a largest number of collectors") {
  std::vector<std::string> more;
  for (std::size_t i = 1; i < kCollectors; ++i) more.insert(more.end(), {"--collector", "a:1"});
  REQUIRE(parse(kEnough, more));
  more.insert(more.end(), {"--collector", "a:1"});
  CHECK(error_of(kEnough, more).find("at most 8") != std::string::npos);
}

}  // namespace
}  // namespace flatline::sim
