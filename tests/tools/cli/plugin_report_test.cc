// Holds thresholds, exit codes and lines of `check` against tables.

#include "tools/cli/report/plugin_report.h"

#include <doctest/doctest.h>

#include <string>

namespace flatline::cli {
namespace {

SummaryAnswer calm() {
  SummaryAnswer summary;
  summary.hosts = 10'000;
  summary.healthy = 10'000;
  summary.view_age_seconds = 0.25;
  summary.storage.state = "ok";
  summary.collector.tick_seconds = 1;
  return summary;
}

HostRowAnswer row(std::string name, std::string state) {
  HostRowAnswer host;
  host.name = std::move(name);
  host.state = std::move(state);
  host.checks = 3;
  return host;
}

bool says(const PluginResult& result, const std::string& words) {
  return result.line.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("check: thresholds are of what is failing or silent, and only more counts") {
  struct Row {
    std::uint32_t failing;
    std::uint32_t silent;
    int exit_code;
  };
  for (const Row& expected :
       {Row{0, 0, 0}, Row{500, 0, 0}, Row{250, 250, 0}, Row{501, 0, 1}, Row{250, 251, 1},
        Row{2000, 0, 1}, Row{1000, 1001, 2}, Row{0, 10'000, 2}}) {
    CAPTURE(expected.failing);
    CAPTURE(expected.silent);
    SummaryAnswer summary = calm();
    summary.failing = expected.failing;
    summary.silent = expected.silent;
    summary.healthy = summary.hosts - expected.failing - expected.silent;
    CHECK(check_fleet(summary, {}).exit_code == expected.exit_code);
  }
}

TEST_CASE("check: one line with performance data") {
  SummaryAnswer summary = calm();
  summary.healthy = 9'990;
  summary.failing = 5;
  summary.silent = 3;
  summary.missing = 2;
  CHECK(check_fleet(summary, {}).line ==
        "FLATLINE OK - 9990 of 10000 healthy, 5 failing, 3 silent, 2 missing | healthy=9990 "
        "failing=5 silent=3 missing=2 drained=0 down=10 unhealthy=0.10%;5;20;0;100\n");
}

TEST_CASE("check: the first cause stands behind the counts where it is not OK") {
  SummaryAnswer summary = calm();
  summary.healthy = 7'000;
  summary.failing = 3'000;
  summary.causes.resize(2);
  summary.causes[0].text = "all 3000 failing are zone=eu|1b";
  summary.causes[1].text = "disk fails on all";
  const PluginResult critical = check_fleet(summary, {});
  CHECK(critical.exit_code == 2);
  CHECK(says(critical, " 0 missing; all 3000 failing are zone=eu/1b | healthy=7000 "));
  CHECK_FALSE(says(critical, "disk"));
  summary.failing = 10;
  summary.healthy = 9'990;
  CHECK_FALSE(says(check_fleet(summary, {}), "all 3000"));
}

TEST_CASE("check: doubt is UNKNOWN") {
  const auto unknown = [](const SummaryAnswer& summary, const std::string& why) {
    const PluginResult result = check_fleet(summary, {});
    CHECK(result.exit_code == 3);
    CHECK_MESSAGE(result.line.starts_with("FLATLINE UNKNOWN - " + why), result.line);
  };
  for (const char* flag : {"warming", "blind"}) {
    SummaryAnswer summary = calm();
    summary.flags = {flag};
    unknown(summary, std::string("the collector is ") + flag);
  }
  SummaryAnswer old = calm();
  old.view_age_seconds = 5;
  CHECK(check_fleet(old, {}).exit_code == 0);
  old.view_age_seconds = 5.1;
  unknown(old, "the view is 5.1s old");
  SummaryAnswer empty = calm();
  empty.hosts = empty.healthy = 0;
  unknown(empty, "no host is registered");
  SummaryAnswer panic = calm();
  panic.flags = {"panic", "frozen"};
  CHECK(check_fleet(panic, {}).exit_code == 0);
}

TEST_CASE("check: one host") {
  HostAnswer host;
  host.row = row("web-1", "healthy");
  CHECK(check_host(host, calm()).exit_code == 0);
  CHECK(check_host(host, calm()).line ==
        "FLATLINE OK - web-1 is healthy | checks_failing=0 checks=3\n");
  host.row.warning = true;
  CHECK(check_host(host, calm()).exit_code == 1);
  for (const char* state : {"failing", "silent", "missing"}) {
    host.row.state = state;
    CHECK(check_host(host, calm()).exit_code == 2);
  }
  for (const char* state : {"unknown", "expected", "", "later"}) {
    host.row.state = state;
    CHECK(check_host(host, calm()).exit_code == 3);
  }
}

TEST_CASE("check: hosts that are drained do not count, whatever their state") {
  SummaryAnswer summary = calm();
  summary.failing = 2'000;
  summary.silent = 1'000;
  summary.healthy = 7'000;
  summary.drained = 2'500;
  summary.down = 500;
  const PluginResult some = check_fleet(summary, {});
  CHECK(some.exit_code == 1);
  CHECK(says(some, "2500 drained (2500 of the unhealthy) |"));
  CHECK(says(some, " drained=2500 down=500 unhealthy=6.67%;5;20;0;100"));
  summary.down = 0;
  CHECK(check_fleet(summary, {}).exit_code == 0);
  summary.drained = summary.hosts;
  CHECK(check_fleet(summary, {}).exit_code == 0);
}

TEST_CASE("check: what a person should see to is a WARNING although all are healthy") {
  CHECK(check_fleet(calm(), {}).exit_code == 0);
  const auto warns = [](const SummaryAnswer& summary, const std::string& why) {
    const PluginResult result = check_fleet(summary, {});
    CHECK(result.exit_code == 1);
    CHECK_MESSAGE(result.line.starts_with("FLATLINE WARNING - " + why + "; 10000 of"), result.line);
  };
  SummaryAnswer conflict = calm();
  conflict.conflict = 2;
  warns(conflict, "2 in conflict");
  SummaryAnswer degraded = calm();
  degraded.flags = {"degraded"};
  warns(degraded, "storage is degraded");
  for (const char* outcome : {"fleet_full", "skewed", "name_mismatch", "stale"}) {
    SummaryAnswer refused = calm();
    refused.notices = {{"web-9", "192.0.2.7:4170", outcome, "so it is", 60.0}};
    warns(refused, std::string("refused: web-9 ") + outcome);
    refused.notices[0].seconds_ago = 601;  // It no longer tries.
    CHECK(check_fleet(refused, {}).exit_code == 0);
  }
  for (const char* ordered : {"tombstoned", "revoked", "unknown_key"}) {
    SummaryAnswer refused = calm();
    refused.notices = {{"web-9", "192.0.2.7:4170", ordered, "so it is", 1.0}};
    CHECK(check_fleet(refused, {}).exit_code == 0);
  }
  conflict.failing = 3'000;
  CHECK(check_fleet(conflict, {}).exit_code == 2);
}

TEST_CASE("check: thresholds are ranges as plugins have them") {
  SummaryAnswer summary = calm();
  summary.down = 1'000;  // 10 %
  const auto judged = [&](std::string_view warning, std::string_view critical) {
    PluginLimits limits;
    limits.warning = {*parse_range(warning), std::string(warning)};
    limits.critical = {*parse_range(critical), std::string(critical)};
    return check_fleet(summary, limits);
  };
  CHECK(judged("5", "20").exit_code == 1);
  CHECK(judged("10", "20").exit_code == 0);
  CHECK(judged("20:", "0:30").exit_code == 1);
  CHECK(judged("~:15", "@5:15").exit_code == 2);
  CHECK(says(judged("~:15", "@5:15"), "unhealthy=10.00%;~:15;@5:15;0;100\n"));
}

TEST_CASE("check: one host that is drained is OK, and one in conflict is not") {
  HostAnswer host;
  for (const char* state : {"failing", "silent", "missing", "unknown", "expected", "healthy"}) {
    host.row = row("web-1", state);
    host.row.drained = true;
    CAPTURE(state);
    CHECK(check_host(host, calm()).exit_code == 0);
    CHECK(says(check_host(host, calm()), std::string("web-1 is ") + state + ", drained"));
  }
  host.row = row("web-1", "healthy");
  host.row.conflict = true;
  CHECK(check_host(host, calm()).exit_code == 1);
}

TEST_CASE("check: one host's silence counts only where the collector can be believed") {
  HostAnswer host;
  SummaryAnswer blind = calm();
  blind.flags = {"blind"};
  host.row = row("web-1", "silent");
  CHECK(check_host(host, blind).exit_code == 3);
  host.row = row("web-1", "failing");
  CHECK(check_host(host, blind).exit_code == 2);
  SummaryAnswer old = calm();
  old.view_age_seconds = 60;
  host.row = row("web-1", "healthy");
  CHECK(check_host(host, old).exit_code == 3);
  CHECK(says(check_host(host, old), "the view is 1m00s old; web-1 is healthy"));
}

TEST_CASE("check -v names who is down and why, and performance data stays behind the first bar") {
  SummaryAnswer summary = calm();
  summary.notices = {{"web-9", "192.0.2.7:4170", "skewed", "its clock | is off", 1.0}};
  summary.storage = {"degraded", "disk full"};
  HostPageAnswer down;
  down.hosts = {row("web-2", "silent"), row("web-1", "silent"), row("db-1", "failing")};
  CHECK(explain_fleet(summary, down) ==
        "1 failing: db-1\n2 silent: web-[1,2]\n"
        "refused: web-9: skewed: its clock / is off\nstorage: disk full\n");
  HostAnswer host;
  host.results = {{0, "disk", "CRITICAL", 99.0, "full", 0.25, "", {}},
                  {1, "load", "OK", 0.4, "calm", 1.0, "", {}}};
  CHECK(explain_host(host, false) == "disk: CRITICAL: full\n");
  CHECK(explain_host(host, true) == "disk: CRITICAL: full\nload: OK: calm\n");
  host.row = row("web-1", "failing");
  host.row.message = "a | b";
  CHECK(says(check_host(host, calm()), "web-1 is failing: a / b | checks_failing=0"));
}

}  // namespace flatline::cli
