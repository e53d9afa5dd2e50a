// Compares what people read about the past with golden files. A gap is never shown as health.

#include "tools/cli/report/past_report.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "tests/tools/cli/golden.h"
#include "tests/tools/cli/host_lists.h"
#include "tools/cli/report/report.h"

namespace flatline::cli {
namespace {

DiffAnswer some_changes() {
  DiffAnswer diff;
  diff.from = "2026-11-23T03:00:00.000Z";
  diff.to = "2026-11-23T03:14:05.000Z";
  for (unsigned i = 1; i <= 250; ++i) {
    diff.changes.push_back({fmt::format("web-{:03}", i), i, "changed", "healthy", "silent", {}});
  }
  diff.changes.push_back({"db-1", 300, "changed", "healthy", "healthy", {"+drained", "-warning"}});
  diff.changes.push_back({"", 301, "went", "silent", "", {}});
  diff.changes.push_back({"db-2", 301, "came", "", "healthy", {}});
  diff.changed = 251;
  diff.came = diff.went = 1;
  diff.total = 253;
  diff.planes = {{"registered", 0}, {"reporting", 250}, {"healthy", 250}, {"drained", 1}};
  return diff;
}

SpanAnswer span(const std::string& from, const std::string& to, std::string state) {
  return {"2026-11-23T" + from + ".000Z", "2026-11-23T" + to + ".000Z", std::move(state)};
}

/// An hour in steps of 10 s: absent, healthy, failing for 10 s, healthy, a gap, silent, drained.
HostHistoryAnswer one_hour() {
  HostHistoryAnswer history;
  history.name = "web-1";
  history.from = "2026-11-23T03:00:00.000Z";
  history.to = "2026-11-23T04:00:00.000Z";
  history.step_seconds = 10;
  history.spans = {span("03:00:00", "03:06:00", "absent"),  span("03:06:00", "03:20:00", "healthy"),
                   span("03:20:00", "03:20:10", "failing"), span("03:20:10", "03:40:00", "healthy"),
                   span("03:40:00", "03:42:00", "gap"),     span("03:42:00", "03:50:00", "silent"),
                   span("03:50:00", "03:55:00", "healthy"), span("03:55:00", "04:00:00", "silent")};
  history.spans[6].warning = true;
  history.spans[7].drained = true;
  history.watched_seconds = 52 * 60;
  history.healthy_seconds = 38 * 60 + 50;
  history.gap_seconds = 120;
  history.total = 8;
  return history;
}

FleetHistoryAnswer fleet() {
  FleetHistoryAnswer history;
  history.from = "2026-11-23T03:00:00.000Z";
  history.to = "2026-11-23T04:00:00.000Z";
  history.step_seconds = 10;
  history.bucket_seconds = 900;
  history.points.resize(4);
  history.points[0] = {
      "2026-11-23T03:00:00.000Z", "2026-11-23T03:07:10.000Z", 90, 0, 1000, 1000, 0, 0, 0, 0, 0, {}};
  history.points[1] = {"2026-11-23T03:15:00.000Z",
                       "2026-11-23T03:20:00.000Z",
                       80,
                       10,
                       1000,
                       600,
                       150,
                       180,
                       40,
                       10,
                       20,
                       {"blind", "degraded"}};
  history.points[2] = {"2026-11-23T03:30:00.000Z", "", 0, 90, 0, 0, 0, 0, 0, 0, 0, {}};
  history.points[3] = {
      "2026-11-23T03:45:00.000Z", "2026-11-23T03:45:00.000Z", 88, 2, 1000, 999, 1, 0, 0, 0, 0, {}};
  return history;
}

/// Returns the line of cells only.
std::string cells(const HostHistoryAnswer& history, std::size_t columns) {
  const std::string text = report_host_history(history, columns, false);
  const std::size_t begin = text.find("\n\n") + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("reports of the past are golden") {
  hold("diff.txt", report_diff(some_changes(), false));
  hold("diff-names.txt", diff_names(some_changes()));
  hold("history.txt", report_host_history(one_hour(), 60, false));
  hold("history-fleet.txt", report_fleet_history(fleet(), false));
}

TEST_CASE("a moment's status has no lines of what is not stored") {
  SummaryAnswer summary;
  summary.hosts = summary.healthy = 3;
  const std::string text = report_summary(summary, false);
  CHECK(text.find("datagrams") == std::string::npos);
  CHECK(text.find("storage") == std::string::npos);
}

TEST_CASE("a moment's hosts have states alone") {
  HostPageAnswer page;
  page.hosts.resize(3);
  page.hosts[0].name = "web-10";
  page.hosts[0].state = "healthy";
  page.hosts[1].name = "web-9";
  page.hosts[1].state = "failing";
  page.hosts[1].drained = true;
  page.hosts[2].slot = 12;  // The name of this host is no longer remembered.
  page.hosts[2].state = "silent";
  CHECK(report_states(page, false) ==
        "NAME       STATE\n(slot 12)  silent\nweb-9      failing, drained\nweb-10     healthy\n");
  CHECK(report_states({}, false) == "No host matches.\n");
}

TEST_CASE("a cell shows the worst of its stretch, however short it was") {
  CHECK(cells(one_hour(), 6) == "..F.Sw");
  CHECK(cells(one_hour(), 1) == "S");
  CHECK(cells(one_hour(), 10) == " ..F.._SSw");
}

TEST_CASE("there are no more cells than steps") {
  HostHistoryAnswer history = one_hour();
  history.to = "2026-11-23T03:01:00.000Z";
  history.spans = {span("03:00:00", "03:00:50", "healthy"), span("03:00:50", "03:01:00", "silent")};
  CHECK(cells(history, 80) == ".....S");
}

TEST_CASE("what no span tells is a gap, not health") {
  HostHistoryAnswer history = one_hour();
  history.spans = {span("03:00:00", "03:30:00", "healthy")};
  CHECK(cells(history, 6) == "...___");
  history.spans.clear();
  CHECK(cells(history, 6) == "______");
}

TEST_CASE("the share of health is rounded down, and of what was watched") {
  const auto last_line = [](const HostHistoryAnswer& history) {
    std::string text = report_host_history(history, 80, false);
    text.pop_back();
    return text.substr(text.rfind('\n') + 1);
  };
  HostHistoryAnswer history = one_hour();
  history.watched_seconds = 100'000;
  history.healthy_seconds = 99'999;
  history.gap_seconds = 0;
  CHECK(last_line(history) == "healthy 99.9 % of the 1d3h watched");
  history.healthy_seconds = 100'000;
  CHECK(last_line(history) == "healthy 100.0 % of the 1d3h watched");
  history.watched_seconds = history.healthy_seconds = 0;
  history.gap_seconds = 3600;
  CHECK(last_line(history) == "not watched at all; 1h00m not watched");
}

TEST_CASE("what is not remembered is said, and is no absence") {
  DiffAnswer diff;
  diff.from = "A";
  diff.to = "B";
  diff.unremembered = 1;
  diff.changes = {{"web-1", 7, "unremembered", "", "healthy", {}}};
  CHECK(
      report_diff(diff, false) ==
      "from A to B: 0 changed, 0 came, 0 went, 1 in slots whose hosts of then are not remembered\n"
      "BEFORE          AFTER    BESIDE  HOSTS\n"
      "not remembered  healthy          web-1\n");
  HostHistoryAnswer history = one_hour();
  history.spans = {span("03:00:00", "03:30:00", "unremembered"),
                   span("03:30:00", "04:00:00", "healthy")};
  CHECK(cells(history, 6) == "???...");
  CHECK(report_host_history(history, 6, false)
            .find("not remembered who was registered  for 30m00s\n") != std::string::npos);
}

TEST_CASE("the check that a healthy host's state names warns, and is told so") {
  DiffAnswer diff;
  diff.changes = {{"web-1", 7, "changed", "healthy", "failing", {}}};
  diff.changes[0].check_before = "load";
  diff.changes[0].check_after = "disk";
  CHECK(report_diff(diff, false).find("healthy, warning: load  failing: disk") !=
        std::string::npos);
  HostHistoryAnswer history = one_hour();
  history.spans = {span("03:00:00", "04:00:00", "healthy")};
  history.spans[0].check = "load";
  CHECK(report_host_history(history, 6, false).find("  healthy, warning: load  for 1h00m") !=
        std::string::npos);
  history.spans[0].warning = true;  // Once is enough.
  CHECK(report_host_history(history, 6, false).find("  healthy, warning: load  for 1h00m") !=
        std::string::npos);
}

TEST_CASE("nothing to show is said") {
  CHECK(report_diff({}, false) == "from  to : 0 changed, 0 came, 0 went\n");
  CHECK(diff_names({}).empty());
  CHECK(report_fleet_history({}, false).ends_with("\nNothing was stored.\n"));
}

TEST_CASE("an answer about the past cannot steer a terminal, nor nonsense in it crash") {
  const std::string evil = "\x1b[2J\r\n\a\xff";
  DiffAnswer diff = some_changes();
  diff.from = diff.to = evil;
  diff.planes = {{evil, 1}};
  diff.changes = {{evil, 1, evil, evil, evil, {evil}}};
  HostHistoryAnswer history = one_hour();
  history.name = evil;
  history.spans[0].from = history.spans[1].to = history.spans[2].state = evil;
  history.spans[3].from = "0000-01-01T00:00:00Z";
  history.spans[3].to = "9999-12-31T23:59:59Z";
  history.step_seconds = 1e-300;
  history.healthy_seconds = 1e300;
  HostHistoryAnswer timeless = history;
  timeless.from = timeless.to = evil;
  FleetHistoryAnswer points = fleet();
  points.from = points.points[0].from = points.points[1].time = evil;
  points.points[1].flags = {evil};
  for (const std::string& text :
       {report_diff(diff, false), diff_names(diff), report_host_history(history, 80, false),
        report_host_history(timeless, 0, false), report_fleet_history(points, false)}) {
    for (const char control : {'\x1b', '\r', '\a', '\xff'}) {
      CHECK(text.find(control) == std::string::npos);
    }
  }
}

TEST_CASE("the fleet's states have the words and columns that they have elsewhere") {
  FleetHistoryAnswer history = fleet();
  CHECK(report_fleet_history(history, false)
            .find("TIME                  HEALTHY  FAILING  SILENT  UNKNOWN  EXPECTED  MISSING  "
                  "HOSTS") != std::string::npos);
  history.points[1].expected = history.points[1].missing_hosts = 0;
  const std::string plain = report_fleet_history(history, false);
  CHECK(plain.find("EXPECTED") == std::string::npos);
  CHECK(plain.find("MISSING") == std::string::npos);
}

TEST_CASE("buckets in which nobody watched are one row, until the one in which somebody did") {
  FleetHistoryAnswer history = fleet();
  const FleetPointAnswer gap = history.points[2];
  history.points = {gap, gap, gap, history.points[3], gap, gap};
  history.points[0].from = history.from;
  history.points[4].from = "2026-11-23T03:50:00.000Z";
  const std::string text = report_fleet_history(history, false);
  CHECK(std::ranges::count(text, '\n') == 5);
  CHECK(text.find("\n2026-11-23 03:00:00Z ") != std::string::npos);
  CHECK(text.find("not watched until 03:45:00Z\n") != std::string::npos);
  CHECK(text.find("not watched until 04:00:00Z\n") != std::string::npos);
}

}  // namespace flatline::cli
