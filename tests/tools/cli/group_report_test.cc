#include "tools/cli/report/group_report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/cli/golden.h"
#include "tools/cli/report/plugin_report.h"
#include "tools/cli/report/report.h"

namespace flatline::cli {
namespace {

GroupAnswer group(const std::string& value, std::uint32_t healthy, std::uint32_t failing,
                  const std::string& key = "role") {
  GroupAnswer made;
  made.key = key;
  made.value = value;
  made.healthy = made.judged_healthy = healthy;
  made.failing = failing;
  made.hosts = made.judged = healthy + failing;
  return made;
}

GroupsAnswer several() {
  GroupsAnswer answer;
  GroupAnswer web = group("web", 210, 40);
  web.silent = 14;
  web.hosts = web.judged = 264;
  web.quorum_healthy_percent = 80;
  web.quorum_at_least = 3;
  web.flags = {"below"};
  GroupAnswer db = group("db", 30, 0);
  db.drained = 2;
  db.judged -= 2;
  db.judged_healthy -= 2;
  db.quorum_healthy_percent = 60;
  GroupAnswer absent = group("queue", 0, 0);
  absent.quorum_at_least = 1;
  absent.flags = {"below"};
  GroupAnswer cache = group("cache", 2, 10);
  cache.flags = {"panic"};
  answer.groups = {cache, db, absent, web, group("eu-1a", 200, 1, "zone")};
  GroupAnswer rest = group("", 5, 0);
  answer.keys = {{"role", 4, 1, rest}, {"zone", 1, 110, std::nullopt}};
  answer.total = 5;
  return answer;
}

TEST_CASE("groups come worst first, with what their quorums ask for, in eighty columns") {
  const std::string text = report_groups(several(), false, 80);
  hold("groups.txt", text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  CHECK(report_group_names(several()) == "role=queue\nrole=web\nrole=cache\nzone=eu-1a\nrole=db\n");
}

TEST_CASE("a fleet without groups says why") {
  GroupsAnswer answer;
  CHECK(report_groups(answer, false).find("group_by") != std::string::npos);
  answer.keys = {{"role", 0, 12, std::nullopt}};
  CHECK(report_groups(answer, false) == "No host is in a group.\n12 hosts have no role.\n");
}

TEST_CASE("a status tells which groups are in trouble, and nothing where none is") {
  SummaryAnswer summary;
  CHECK(report_group_troubles(summary, false).empty());
  summary.groups = {17, {"role=web", "zone=eu-1b"}, 1, {"role=cache"}, {{"rack", 12}}};
  CHECK(report_group_troubles(summary, false) ==
        "  below quorum: role=web, zone=eu-1b and 15 more\n"
        "  groups in panic: role=cache\n"
        "  groups: 12 hosts are under other, beyond the 64 values of rack that are told apart\n");
  CHECK(report_summary(summary, false).find("below quorum: role=web") != std::string::npos);
  CHECK(report_summary_line(summary).find(" below=17") != std::string::npos);
}

TEST_CASE("as a plugin a group is judged by its quorum, or by the limits") {
  SummaryAnswer summary;
  summary.hosts = 100;
  summary.view_age_seconds = 0.5;
  summary.collector.tick_seconds = 1;
  PluginLimits asked;
  asked.are_asked = true;
  const GroupsAnswer groups = several();
  const auto exit_code = [&](const char* name, const PluginLimits& limits = {}) {
    return check_group(name, groups, summary, limits).exit_code;
  };
  CHECK(exit_code("role=web") == 2);
  CHECK(exit_code("role=queue") == 2);
  CHECK(exit_code("role=db") == 0);
  CHECK(exit_code("role=cache") == 2);  // 83 % of it are down.
  CHECK(exit_code("zone=eu-1a") == 0);
  CHECK(exit_code("role=nothing") == 3);
  const std::string line = check_group("role=web", groups, summary, {}).line;
  CHECK(line ==
        "FLATLINE CRITICAL - role=web is below 80 % and 3 healthy; 210 of 264 healthy, 40 failing, "
        "14 silent, 0 missing | healthy=210 failing=40 silent=14 missing=0 drained=0 down=54 "
        "unhealthy=20.45%;;20;0;100\n");
  // A quorum that holds leaves the limits to who asks for them.
  GroupsAnswer loose = groups;
  GroupAnswer& web = loose.groups[3];
  web.flags.clear();
  web.quorum_healthy_percent = 50;
  CHECK(check_group("role=web", loose, summary, {}).exit_code == 0);
  CHECK(check_group("role=web", loose, summary, asked).exit_code == 2);
  web.flags = {"panic"};
  CHECK(check_group("role=web", loose, summary, {}).exit_code == 1);
}

TEST_CASE("a group is UNKNOWN where the collector cannot be believed, or where it is not there") {
  SummaryAnswer summary;
  summary.view_age_seconds = 0.5;
  summary.collector.tick_seconds = 1;
  const auto line = [&](const char* name) {
    const PluginResult result = check_group(name, several(), summary, {});
    CHECK(result.exit_code == 3);
    return result.line;
  };
  CHECK(line("role=wep")
            .find("no host is of role=wep, and no quorum names it; did you mean "
                  "role=web?") != std::string::npos);
  CHECK(line("role=elsewhere").find("there are: role=cache, role=db") != std::string::npos);
  for (const char* flag : {"warming", "blind"}) {
    summary.flags = {flag};
    CHECK(line("role=web").find(flag) != std::string::npos);
    CHECK(line("role=queue").find(flag) != std::string::npos);
    CHECK(line("role=x").find(flag) != std::string::npos);
  }
  summary.flags.clear();
  summary.view_age_seconds = 60;
  CHECK(line("role=web").find("old") != std::string::npos);
}

}  // namespace
}  // namespace flatline::cli
