// Causes of the past and the collector's own work, as people read them.

#include "tools/cli/report/work_report.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/tools/cli/host_lists.h"
#include "tools/cli/report/past_report.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {
namespace {

CollectorPointAnswer point(const std::string& time, double processor_share) {
  return {"2026-11-23T" + time + ".000Z",
          360,
          0,
          3600,
          16'384,
          9'175'040,
          43'210,
          processor_share,
          0.001,
          0.0021,
          {}};
}

CollectorHistoryAnswer some_work() {
  CollectorHistoryAnswer history;
  history.from = "2026-11-23T03:00:00.000Z";
  history.to = "2026-11-23T06:00:00.000Z";
  history.step_seconds = 10;
  history.bucket_seconds = 3600;
  history.points = {point("03:00:00", 0.0312), point("04:00:00", 0.0311), {}};
  history.points[1].flags = {"panic"};
  history.points[1].starts = 1;
  history.points[2].from = "2026-11-23T05:00:00.000Z";
  return history;
}

}  // namespace

TEST_CASE("the collector's work is a line a bucket, and what nothing tells is said") {
  CHECK(
      report_collector_history(some_work(), false) ==
      "from 2026-11-23T03:00:00.000Z to 2026-11-23T06:00:00.000Z; each row the mean of 1h00m, and "
      "its longest tick\n"
      "TIME                  DATAGRAMS/S  IN/S     OUT/S    CPU     TICK     FLAGS\n"
      "2026-11-23 03:00:00Z        16384  9.18 MB  43.2 kB  3.12 %  2.10 ms\n"
      "2026-11-23 04:00:00Z        16384  9.18 MB  43.2 kB  3.11 %  2.10 ms  panic; started\n"
      "2026-11-23 05:00:00Z                                                  not told\n");
  CHECK(report_collector_history({}, false).ends_with("\nNothing was stored.\n"));
}

TEST_CASE("the lines of the collector's work fit on a terminal, and cannot steer it") {
  CollectorHistoryAnswer history = some_work();
  history.points[0].flags = {"\x1b[2J\r", "blind", "panic", "frozen", "degraded", "warming"};
  history.from = history.points[1].from = "\x1b[2J";
  history.points[0].bytes_per_second = 1e300;
  const std::string text = report_collector_history(history, false, 80);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    CHECK(width_of(text.substr(begin, end - begin)) <= 80);
    begin = end + 1;
  }
  for (const char control : {'\x1b', '\r'}) CHECK(text.find(control) == std::string::npos);
}

TEST_CASE("a state of the past names the check that it is laid to") {
  CHECK(with_check("failing", "failing", "disk") == "failing: disk");
  CHECK(with_check("healthy, warning", "healthy", "load") == "healthy, warning: load");
  CHECK(with_check("silent", "silent", "disk") == "silent, disk before");
  CHECK(with_check("failing", "failing", "") == "failing");
  CHECK(with_check("failing", "failing", "\x1b[2J").find('\x1b') == std::string::npos);

  HostPageAnswer page;
  page.hosts.resize(2);
  page.hosts[0].name = "web-1";
  page.hosts[0].state = "failing";
  page.hosts[0].check = "disk";
  page.hosts[1].name = "web-2";
  page.hosts[1].state = "silent";
  page.hosts[1].check = "load";
  CHECK(report_states(page, false) ==
        "NAME   STATE\nweb-1  failing: disk\nweb-2  silent, load before\n");

  DiffAnswer diff;
  diff.from = "A";
  diff.to = "B";
  diff.changed = 2;
  diff.changes = {{"web-1", 1, "changed", "healthy", "failing", {}, "", "disk"},
                  {"web-2", 2, "changed", "failing", "healthy", {}, "load", ""}};
  CHECK(report_diff(diff, false) ==
        "from A to B: 2 changed, 0 came, 0 went\n"
        "BEFORE         AFTER          BESIDE  HOSTS\n"
        "failing: load  healthy                web-2\n"
        "healthy        failing: disk          web-1\n");

  HostHistoryAnswer history;
  history.name = "web-1";
  history.from = "2026-11-23T03:00:00.000Z";
  history.to = "2026-11-23T03:01:00.000Z";
  history.spans = {{history.from, history.to, "failing", true, false, false, false, "disk"}};
  CHECK(report_host_history(history, 80, false).find("failing, warning: disk  for 1m00s") !=
        std::string::npos);
}

TEST_CASE("a host of a moment is its state, the check, and when that was stored") {
  HostThenAnswer host;
  host.name = "web-1";
  host.slot = 7;
  host.state = "failing";
  host.drained = true;
  host.check = "disk";
  host.time = "2026-11-23T03:14:00.164Z";
  CHECK(report_host_then(host, false, 80) ==
        "host    web-1\n"
        "state   failing, drained: disk\n"
        "stored  2026-11-23T03:14:00.164Z, slot 7\n");
  host.state = "silent";
  host.drained = false;
  CHECK(report_host_then(host, false, 80).find("state   silent, disk before\n") !=
        std::string::npos);
}

}  // namespace flatline::cli
