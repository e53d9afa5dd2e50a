#include "tools/sim/truth.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "schema/program/error.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"

namespace flatline::sim {
namespace {

std::string lines_of(const Script& script, std::size_t phase, std::uint32_t hosts) {
  return truth_lines(script, phase, hosts,
                     [](std::uint32_t host) { return "h" + std::to_string(host); });
}

TEST_CASE("every host at the start, then those that change, in the words of the contract") {
  const Script script(
      parse_scenario("0s fail 100%; 1500ms fail 100%; 2s flap 100%; 3s silent 100%; 4s warn 100%; "
                     "5s restart 100%; 6s leave 100%"),
      1, 1);
  CHECK(lines_of(script, 0, 1) == "{\"at_s\":0,\"host\":\"h0\",\"state\":\"failing\"}\n");
  CHECK(lines_of(script, 1, 1).empty());
  CHECK(lines_of(script, 2, 1) == "{\"at_s\":2,\"host\":\"h0\",\"state\":\"flapping\"}\n");
  CHECK(lines_of(script, 3, 1) == "{\"at_s\":3,\"host\":\"h0\",\"state\":\"silent\"}\n");
  CHECK(lines_of(script, 4, 1) == "{\"at_s\":4,\"host\":\"h0\",\"state\":\"healthy\"}\n");
  CHECK(lines_of(script, 5, 1).empty());
  CHECK(lines_of(script, 6, 1) == "{\"at_s\":6,\"host\":\"h0\",\"state\":\"left\"}\n");
}

TEST_CASE("fractions of a second stay exact") {
  const Script script(parse_scenario("0s healthy; 250ms fail 1; 1010ms healthy; 1h fail 1"), 1, 1);
  CHECK(lines_of(script, 1, 1).starts_with("{\"at_s\":0.25,"));
  CHECK(lines_of(script, 2, 1).starts_with("{\"at_s\":1.01,"));
  CHECK(lines_of(script, 3, 1).starts_with("{\"at_s\":3600,"));
}

TEST_CASE("as many lines as hosts change") {
  const Script script(parse_scenario("0s healthy; 10s fail 50%; 20s fail 60%"), 1000, 1);
  const auto count = [&](std::size_t phase) {
    const std::string lines = lines_of(script, phase, 1000);
    return std::count(lines.begin(), lines.end(), '\n');
  };
  CHECK(count(0) == 1000);
  CHECK(count(1) == 500);
  CHECK(count(2) == 100);
}

TEST_CASE("the file is made anew, and holds what was written while it is open") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "truth";
  std::ofstream(path) << "old\n";
  TruthFile file(path);
  file.write("one\n");
  std::ifstream reader(path);
  CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == "one\n");
}

TEST_CASE("a file that cannot be is a failure that names it") {
  CHECK_THROWS_WITH_AS(TruthFile("/nonexistent/truth"),
                       "--truth /nonexistent/truth: cannot write: No such file or directory",
                       Failure);
  TruthFile full("/dev/full");
  CHECK_THROWS_WITH_AS(full.write("line\n"),
                       "--truth /dev/full: cannot write: No space left on device", Failure);
}

}  // namespace
}  // namespace flatline::sim
