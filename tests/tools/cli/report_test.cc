// Compares what people read with golden files.

#include "tools/cli/report/report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "tests/tools/cli/golden.h"
#include "tests/tools/cli/host_lists.h"
#include "tools/cli/report/plugin_report.h"

namespace flatline::cli {
namespace {

SummaryAnswer calm() {
  SummaryAnswer summary;
  summary.hosts = 10'000;
  summary.healthy = 10'000;
  summary.capacity = 16'384;
  summary.tick = 3600;
  summary.time = "2026-11-23T15:00:00.000Z";
  summary.view_age_seconds = 0.25;
  summary.datagrams.outcomes = {{"wrong_size", 0}, {"accepted", 36'000'000}};
  summary.receive_buffer.wanted_bytes = 10'485'760;
  summary.receive_buffer.granted_bytes = 10'485'760;
  summary.storage.state = "ok";
  summary.collector.tick_seconds = 1;
  return summary;
}

SummaryAnswer troubled() {
  SummaryAnswer summary = calm();
  summary.healthy = 4'000;
  summary.failing = 2'000;
  summary.silent = 3'000;
  summary.unknown = 800;
  summary.expected = 140;
  summary.missing = 60;
  summary.warning = 50;
  summary.drained = 7;
  summary.flapping = 3;
  summary.conflict = 1;
  summary.flags = {"warming", "blind", "panic", "frozen", "degraded"};
  summary.doubts = {"its own tick came late, or it was paused",
                    "the kernel dropped good datagrams for want of room"};
  summary.datagrams.outcomes = {{"wrong_size", 12}, {"bad_tag", 0}, {"accepted", 36'000'000}};
  summary.datagrams.lost = 42;
  summary.datagrams.filtered = 7;
  summary.receive_buffer.granted_bytes = 425'984;
  summary.receive_buffer.advice = "sysctl -w net.core.rmem_max=5242880";
  summary.storage = {"degraded", "registry.sqlite: disk full"};
  summary.notices = {{"web-9", "192.0.2.7:4170", "skewed", "its clock is 400.0 s behind"}};
  summary.collector.check_names_refused = 12;
  summary.collector.certificate = {"2026-11-30T15:00:00.000Z", 604'800,
                                   "it expires at 2026-11-30T15:00:00.000Z; renew it"};
  summary.operators.refused_attempts = 3;
  summary.operators.wrong_tokens = 7;
  summary.operators.wrong_tokens_from = "192.0.2.8";
  summary.operators.wrong_tokens_there = 5;
  summary.operators.frozen_until = "2026-11-23T16:00:00.000Z";
  summary.operators.frozen_why = "failover";
  summary.operators.frozen_by = "ada";
  summary.operators.frozen_token_name = "ada@laptop";
  summary.forgotten = {12, "web-8", "2026-11-23T12:00:00.000Z"};
  return summary;
}

HostRowAnswer row(std::string name, std::string state) {
  HostRowAnswer host;
  host.name = std::move(name);
  host.state = std::move(state);
  host.heard_seconds_ago = 0.4;
  host.checks = 3;
  return host;
}

HostPageAnswer some_hosts() {
  HostPageAnswer page;
  page.hosts = {row("web-10", "healthy"), row("web-2", "failing"), row("web-1", "expected"),
                row("db-1", "silent"), row("web-3", "missing")};
  page.hosts[0].warning = true;
  page.hosts[0].check = "load";
  page.hosts[0].message = "LOAD WARNING - 7.5";
  page.hosts[1].checks_failing = 2;
  page.hosts[1].drained = true;
  page.hosts[1].check = "disk";
  page.hosts[1].message = "DISK CRITICAL - / is at 99 %";
  page.hosts[2].heard_seconds_ago.reset();
  page.hosts[2].checks = 0;
  page.hosts[3].heard_seconds_ago = 7265;
  page.hosts[3].late = true;
  page.hosts[4].heard_seconds_ago.reset();
  page.hosts[4].checks = 0;
  page.total = 5;
  return page;
}

HostAnswer one_host() {
  HostAnswer host;
  host.row = some_hosts().hosts[1];
  host.row.labels = "role=web,zone=eu-1a";
  host.row.conflict = true;
  host.row.slot = 7;
  host.agent_id = "00112233445566ff";
  host.address = "192.0.2.7:50001";
  host.conflict_address = "192.0.2.8:50001";
  host.interval_seconds = 1;
  host.window_seconds = 4.5;
  host.uptime_seconds = 1'234'567;
  host.skew_seconds = -0.012;
  host.received = 3600;
  host.lost = 2;
  host.agent_version = "0.1.0";
  host.config_hash = "9c4d00000000e001";
  host.credential_generation = 3;
  host.registered_at = "2026-11-23T14:00:00.000Z";
  host.epoch = "2026-11-23T13:58:01.000Z";
  host.results = {{0, "disk", "CRITICAL", 99.0, "DISK CRITICAL - / is at 99 %", 0.25, "", {}},
                  {1, "load", "OK", 0.42, "", {}, "", {}},
                  {2, "web", "WARNING", 0.8, "", {}, "HTTP WARNING - 0.7 s", 12.25},
                  {31, "", "PENDING", {}, "", {}, "", {}}};
  return host;
}

}  // namespace

TEST_CASE("reports are golden") {
  hold("status-calm.txt", report_summary(calm(), false));
  hold("status-troubled.txt", report_summary(troubled(), false));
  hold("watch-line.txt", report_summary_line(troubled()));
  hold("ls.txt", report_hosts(some_hosts(), false));
  hold("show.txt", report_host(one_host(), false));
  HostAnswer never_heard;
  never_heard.row = some_hosts().hosts[4];
  never_heard.row.slot = 8;
  never_heard.registered_at = "2026-11-23T14:00:00.000Z";
  hold("show-missing.txt", report_host(never_heard, false));
  HostAnswer late = one_host();
  late.row = some_hosts().hosts[3];
  late.row.heard_seconds_ago = 12.3;
  late.lag_seconds = 7.1;
  late.conflict_address.clear();
  late.results.resize(1);
  hold("show-late.txt", report_host(late, false));
}

TEST_CASE("a state that its checks do not say is shown with its reason") {
  HostAnswer host = one_host();
  host.row.state = "failing";
  host.reason = "no result since its agent started";
  CHECK(report_host(host, false).find("\nreason      no result since its agent started\n") !=
        std::string::npos);
  CHECK(report_host(one_host(), false).find("reason") == std::string::npos);
}

TEST_CASE("nothing is told of a host that was not heard since the collector's start") {
  HostAnswer restored;
  restored.row = row("web-1", "healthy");
  restored.row.heard_seconds_ago.reset();
  restored.row.slot = 3;
  restored.registered_at = "2026-11-23T14:00:00.000Z";
  CHECK(report_host(restored, false) ==
        "host        web-1\n"
        "state       healthy\n"
        "heard       never since the collector's start\n"
        "registered  2026-11-23T14:00:00.000Z in slot 3\n");
  restored.row.late = true;
  restored.lag_seconds = 7.1;
  CHECK(report_host(restored, false)
            .find("heard       only late by 7.1s since the collector's start\n") !=
        std::string::npos);
}

TEST_CASE("a message of an earlier run is told as of then, in lists and by the plugin") {
  HostPageAnswer page;
  page.hosts = {row("web-1", "failing")};
  page.hosts[0].message = "DISK CRITICAL - / is at 99 %";
  page.hosts[0].message_age_seconds = 12.25;
  CHECK(report_hosts(page, false).find("  12s ago: DISK CRITICAL - / is at 99 %\n") !=
        std::string::npos);
  page.hosts[0].check = "disk";
  CHECK(report_hosts(page, false).find("  disk 12s ago: DISK CRITICAL - / is at 99 %\n") !=
        std::string::npos);
  HostAnswer host;
  host.row = page.hosts[0];
  CHECK(check_host(host, calm())
            .line.starts_with("FLATLINE CRITICAL - web-1 is failing: disk 12s ago: DISK CRITICAL - "
                              "/ is at 99 % |"));
}

TEST_CASE("nothing to show is said in words") {
  CHECK(report_hosts({}, false) == "No host matches.\n");
  HostAnswer bare = one_host();
  bare.results.clear();
  CHECK(report_host(bare, false).ends_with("\nIt has no checks.\n"));
  CHECK(report_summary({}, false).starts_with("0 hosts of 0 slots"));
}

TEST_CASE("what came from the network cannot steer a terminal") {
  const std::string evil = "\x1b[2J\r\n\a\xff";
  SummaryAnswer summary = troubled();
  summary.time = summary.storage.state = summary.storage.reason = evil;
  summary.receive_buffer.advice = evil;
  summary.flags.push_back(evil);
  summary.doubts = {evil};
  summary.notices = {{evil, evil, evil, evil}};
  summary.datagrams.outcomes = {{evil, 1}};
  HostPageAnswer page = some_hosts();
  page.hosts[0].name = page.hosts[0].state = page.hosts[0].message = page.hosts[0].check = evil;
  HostAnswer host = one_host();
  host.row.name = host.row.state = host.row.labels = host.row.message = host.row.check = evil;
  host.agent_id = host.address = host.conflict_address = host.agent_version = host.config_hash =
      evil;
  host.registered_at = host.epoch = host.reason = evil;
  host.results = {{0, evil, evil, 1.0, evil, 1.0, evil, 1.0},
                  {1, evil, evil, 1.0, "", {}, evil, 1.0}};
  for (const std::string& text :
       {report_summary(summary, false), report_summary_line(summary), report_hosts(page, false),
        report_host(host, false), check_fleet(summary, {}).line, check_host(host, calm()).line,
        explain_fleet(summary, page), explain_host(host, true), explain_collector(summary, evil)}) {
    for (const char control : {'\x1b', '\r', '\a', '\xff'}) {
      CHECK(text.find(control) == std::string::npos);
    }
  }
  CHECK(std::ranges::count(check_fleet(summary, {}).line, '\n') == 1);
  CHECK(std::ranges::count(check_host(host, calm()).line, '\n') == 1);
}

TEST_CASE("ages") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::pair<double, const char*> rows[] = {
      {0, "0.0s"},
      {0.25, "0.2s"},
      {9.94, "9.9s"},
      {10, "10s"},
      {59.9, "59s"},
      {60, "1m00s"},
      {185, "3m05s"},
      {3599, "59m59s"},
      {3600, "1h00m"},
      {86'399, "23h59m"},
      {86'400, "1d0h"},
      {1'234'567, "14d6h"},
      {-5, "0.0s"},
      {1e300, "long"},
      {kInfinity, "long"},
      {-kInfinity, "0.0s"},
      {std::numeric_limits<double>::quiet_NaN(), "long"}};
  for (const auto& [seconds, text] : rows) {
    CAPTURE(seconds);
    CHECK(format_age(seconds) == text);
  }
}

TEST_CASE("the longest times that a host can say are told in words or digits") {
  constexpr double kMost = 9'007'199'254'740'992.0 / 1000;  // 2^53 ms.
  HostAnswer host = one_host();
  host.row.late = true;
  for (const double skew : {kMost, -kMost}) {
    host.skew_seconds = skew;
    host.uptime_seconds = host.lag_seconds = kMost;
    const std::string text = report_host(host, false);
    CHECK(text.find("uptime      long\n") != std::string::npos);
    CHECK(text.find("late by long") != std::string::npos);
    CHECK(text.find("clock       9007199254740.992 s ") != std::string::npos);
    CHECK(text.find("lag         9007199254740.992 s\n") != std::string::npos);
  }
}

TEST_CASE("of a clock no more is said than is known") {
  const auto says = [](double skew_seconds, const char* text) {
    HostAnswer host = one_host();
    host.skew_seconds = skew_seconds;
    return report_host(host, false).find(text) != std::string::npos;
  };
  CHECK(says(0.029, "clock       within 0.03 s of the collector's\n"));
  CHECK(says(-0.029, "clock       within 0.03 s of the collector's\n"));
  CHECK(says(0.031, "clock       0.031 s behind the collector's\n"));
  CHECK(says(-400, "clock       400.000 s ahead of the collector's\n"));
}

TEST_CASE("a drained host is shown with its end, who drained it and why") {
  HostAnswer host = one_host();
  host.row.drain = {"2026-11-24T07:48:18.000Z", "new kernel", "ada"};
  CHECK(report_host(host, false)
            .find("\ndrained     until 2026-11-24T07:48:18Z by ada: new kernel\n") !=
        std::string::npos);
  HostPageAnswer page;
  page.hosts = {host.row};
  CHECK(report_hosts(page, false)
            .find("  drained until 2026-11-24T07:48:18Z by ada: new kernel; disk: DISK") !=
        std::string::npos);
  page.hosts[0].drain = {"2026-11-24T07:48:18.000Z", "", ""};  // Nobody remembers more.
  CHECK(report_hosts(page, false).find("  drained until 2026-11-24T07:48:18Z; disk: DISK") !=
        std::string::npos);
}

TEST_CASE("a drain that is planned is told before it begins, and is none yet") {
  HostAnswer host = one_host();
  host.row.drained = false;
  host.row.drain = {"2026-11-24T07:48:18.000Z", "new kernel", "ada", "2026-11-24T02:00:00.000Z"};
  CHECK(report_host(host, false)
            .find("\ndrain planned  from 2026-11-24T02:00:00Z until 2026-11-24T07:48:18Z by ada: "
                  "new kernel\n") != std::string::npos);
  CHECK(state_text(host.row) == "failing, drain planned, conflict");
  HostPageAnswer page;
  page.hosts = {host.row};
  CHECK(
      report_hosts(page, false)
          .find("  drain planned from 2026-11-24T02:00:00Z until 2026-11-24T07:48:18Z by ada: new "
                "kernel; disk: DISK") != std::string::npos);
  host.row.drained = true;  // It has begun.
  CHECK(report_host(host, false)
            .find("\ndrained     until 2026-11-24T07:48:18Z by ada: new kernel\n") !=
        std::string::npos);
}

TEST_CASE("where hosts are drained, the summary says how many are down without them") {
  SummaryAnswer summary = troubled();
  CHECK(report_summary(summary, false).find("  down ") == std::string::npos);
  summary.down = 5'055;
  CHECK(report_summary(summary, false).find("\n  down      5055  50.5 %\n") != std::string::npos);
  summary.drained = 0;
  CHECK(report_summary(summary, false).find("  down ") == std::string::npos);
}

TEST_CASE("what hosts that are not well have in common stands right under the counts") {
  SummaryAnswer summary = calm();
  CHECK(report_summary(summary, false).find("cause") == std::string::npos);
  summary.causes.resize(2);
  summary.causes[0].text = "212 of 214 failing are rack=r7, which is 3.0 % of the fleet";
  summary.causes[1].text = "\x1b[2Jdisk fails on all 214 failing";
  summary.labels_uncounted = 44;
  const std::string text = report_summary(summary, false);
  CHECK(text.find("  unknown      0    0.0 %\n"
                  "  cause: 212 of 214 failing are rack=r7, which is 3.0 % of the fleet\n"
                  "  cause: [2Jdisk fails on all 214 failing\n"
                  "  datagrams:") != std::string::npos);
  CHECK(text.find("  labels: there are too many; 44 of hosts found no room") != std::string::npos);
}

TEST_CASE("by slot, hosts stand in the order of the map's slots") {
  HostPageAnswer page = some_hosts();
  for (std::uint32_t i = 0; i < page.hosts.size(); ++i) page.hosts[i].slot = 75 + i;
  const std::string text = report_hosts(page, false, 0, true);
  CHECK(text.starts_with("SLOT  NAME    STATE"));
  CHECK(text.find("\n  75  web-10  healthy") != std::string::npos);
  CHECK(text.find("\n  79  web-3 ") != std::string::npos);
  CHECK(report_states(page, false, 0, true).starts_with("SLOT  NAME    STATE\n  75  web-10 "));
}

TEST_CASE("reports fit 80 columns") {
  HostAnswer host = one_host();
  host.row.drain = {"2026-11-24T07:48:18.000Z", std::string(120, 'w'), "ada"};
  HostPageAnswer page = some_hosts();
  page.hosts[1] = host.row;
  page.hosts[1].message = "cannot reach the database: " + std::string(50, 'x');
  for (const std::string& text :
       {report_summary(troubled(), false, 80), report_summary(troubled(), true, 80),
        report_hosts(page, false, 80), report_host(host, false, 80)}) {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      std::string line = text.substr(begin, end - begin);
      for (std::size_t at; (at = line.find('\x1b')) != std::string::npos;) {
        line.erase(at, line.find('m', at) - at + 1);
      }
      CHECK_MESSAGE(line.size() <= 80, line);
      begin = end + 1;
    }
  }
}

}  // namespace flatline::cli
