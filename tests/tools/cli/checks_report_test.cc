// The list of checks as people read it.

#include "tools/cli/report/checks_report.h"

#include <doctest/doctest.h>

#include "schema/answers/census_json.h"
#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tests/tools/cli/golden.h"
#include "tests/tools/cli/scripted_collector.h"
#include "tools/cli/client.h"

namespace flatline::cli {
namespace {

CheckPageAnswer some_checks() {
  CheckPageAnswer page;
  page.total = 5;
  page.age_seconds = 0.75;
  page.checks = {{"backup", 10'000, 9'999, 1, 0, 0, 0},
                 {"disk", 10'000, 9'700, 86, 210, 4, 0},
                 {"load", 10'000, 10'000, 0, 0, 0, 0},
                 {"mysql replication on the primary", 120, 100, 0, 0, 20, 0},
                 {"web", 9'000, 8'990, 0, 0, 0, 10}};
  return page;
}

TEST_CASE("checks: the one that fails on the most hosts stands first") {
  hold("checks.txt", report_checks(some_checks(), false));
  CheckPageAnswer page = some_checks();
  page.other_names = 44;
  page.other = CheckCountAnswer{"", 300, 299, 0, 1, 0, 0};
  hold("checks-other.txt", report_checks(page, false));
}

TEST_CASE("checks: nothing to show is said in words") {
  CHECK(report_checks({}, false) == "The checks are not counted yet.\n");
  CheckPageAnswer counted;
  counted.age_seconds = 1;
  CHECK(report_checks(counted, false) == "No host that reports has a check.\n");
}

TEST_CASE("checks: what came from the network cannot steer a terminal") {
  CheckPageAnswer page = some_checks();
  page.checks[0].name = "\x1b[2Jdisk\nfake";
  CHECK(report_checks(page, false).find('\x1b') == std::string::npos);
  CHECK(report_checks(page, false).find("\n[2Jdisk fake ") != std::string::npos);
}

TEST_CASE("checks: the table fits 80 columns") {
  const std::string text = report_checks(some_checks(), false, 80);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    CHECK(end - begin <= 80);
    begin = end + 1;
  }
}

TEST_CASE("checks: a collector that is older says so by its status") {
  std::string asked;
  ScriptedCollector collector([&](const std::string& path) -> ScriptedCollector::Answer {
    asked = path;
    return {to_json(some_checks())};
  });
  Client client(collector.address(), "", std::chrono::seconds{20});
  CHECK(client.checks().checks.size() == 5);
  CHECK(asked == "/api/v1/checks?limit=1000");

  ScriptedCollector older([](const std::string&) -> ScriptedCollector::Answer {
    return {R"({"error":"there is no such path"})", 404};
  });
  Client to_older(older.address(), "", std::chrono::seconds{20});
  CHECK(message_of<Failure>([&] { to_older.checks(); }).ends_with("older than this command"));
}

}  // namespace
}  // namespace flatline::cli
