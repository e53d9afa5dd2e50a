// Compares what operators read about their actions with golden files.

#include "tools/cli/report/action_report.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/tools/cli/golden.h"

namespace flatline::cli {
namespace {

ActionAnswer action(const std::string& kind, const std::string& host, const std::string& key) {
  ActionAnswer action;
  action.action = kind;
  action.host = host;
  action.by = "ada";
  action.at = "2026-11-24T05:14:57.123Z";
  action.changed = true;
  action.state = "done";
  action.key = key;
  return action;
}

ActionAnswer drain(unsigned host, const std::string& batch) {
  const std::string name = fmt::format("web-{:03}", host);
  ActionAnswer drained = action("drain", name, batch + "/" + name);
  drained.why = "new kernel";
  drained.length = "2h";
  drained.until = fmt::format("2026-11-24T07:14:{:02}.{:03}Z", 57 + host / 100, host);
  drained.state = "in force";
  return drained;
}

TEST_CASE("hosts that one command changed alike are one line") {
  std::vector<ActionDoneAnswer> changes;
  for (unsigned host = 1; host <= 250; ++host)
    changes.push_back({drain(host, "b1"), false, true, ""});
  changes[7].repeated = true;
  changes[9].action.changed = false;
  changes[11].note = "in force, but in memory only: the disk is full";
  ActionAnswer revoked = action("revoke", "db-1", "k");
  revoked.below = 3;
  changes.push_back({revoked, false, true, ""});
  revoked.below = 0;
  changes.push_back({revoked, false, true, ""});
  changes.push_back({action("freeze", "", "k"), false, true, ""});
  changes.push_back({action("expect", "web-251", "k"), false, true, ""});
  hold("changes.txt", report_actions_done(changes));
}

TEST_CASE("who was to be taken back and was heard before is told apart from who was taken back") {
  std::vector<ActionDoneAnswer> changes;
  for (const char* name : {"db-1", "db-2", "web-1"}) {
    changes.push_back({action("unexpect", name, "k"), false, true, ""});
  }
  changes[2].action.changed = false;
  changes[2].note = "it was heard, and stays until it is forgotten";
  CHECK(report_actions_done(changes) ==
        "left web-1; it was heard, and stays until it is forgotten\ntook back db-[1,2]\n");
}

TEST_CASE("a drain that is planned is told with its beginning") {
  ActionAnswer planned = drain(1, "b1");
  planned.state = "planned";
  planned.from = "2026-11-24T05:30:00.000Z";
  CHECK(report_actions_done({{planned, false, true, ""}}) ==
        "planned a drain of web-001 from 2026-11-24T05:30:00Z until 2026-11-24T07:14:57Z\n");
  ActionPageAnswer page;
  page.actions = {planned};
  page.total = 1;
  CHECK(report_actions(page, false)
            .find("  planned from 2026-11-24T05:30:00Z  2026-11-24T07:14:57Z"
                  "  ada") != std::string::npos);
}

TEST_CASE("actions are a row a command, the newest first") {
  ActionPageAnswer page;
  ActionAnswer revoked = action("revoke", "db-1", "k2/db-1");
  revoked.below = 3;
  page.actions.push_back(revoked);
  for (unsigned host = 20; host >= 1; --host) page.actions.push_back(drain(host, "b2"));
  for (unsigned host = 9; host >= 5; --host) page.actions.push_back(drain(host, "b1"));
  page.total = 4000;
  hold("actions.txt", report_actions(page, false));
  CHECK(report_actions({}, false) == "No operator did anything yet.\n");
}

TEST_CASE("whose tokens were shown is a column, and what two did is two rows") {
  ActionPageAnswer page;
  page.actions = {drain(1, "b1"), drain(2, "b1"), drain(3, "b1")};
  page.total = 3;
  page.actions[0].token_name = "ada@laptop";
  page.actions[1].token_name = page.actions[2].token_name = "ci";
  CHECK(
      report_actions(page, false) ==
      "AT                    ACTION  STATE     UNTIL                 TOKEN       BY   HOST         "
      "  WHY\n"
      "2026-11-24T05:14:57Z  drain   in force  2026-11-24T07:14:57Z  ada@laptop  ada  web-001      "
      "  new kernel\n"
      "2026-11-24T05:14:57Z  drain   in force  2026-11-24T07:14:57Z  ci          ada  "
      "web-[002,003]  new kernel\n");
}

TEST_CASE("bans are a row for all hosts that they are alike for") {
  BanPageAnswer page;
  page.room = 16384;
  for (int host = 1; host <= 40; ++host) page.bans.push_back({fmt::format("web-{}", host), 0, {}});
  page.bans.push_back({"db-1", {}, 3});
  page.bans.push_back({"db-2", 2, 3});
  page.total = 42;
  hold("orders.txt", report_orders(page, false));
  CHECK(report_orders({}, false) ==
        "0 hosts of 0 that there is room for are forgotten or revoked\n");
}

TEST_CASE("an answer cannot steer a terminal") {
  const std::string evil = "\x1b[2J\r\n\a\xff";
  ActionAnswer action{1, evil, evil, evil, evil, evil, evil, evil, 1e300, true, evil, evil};
  ActionPageAnswer page;
  page.actions = {action};
  for (const std::string& text :
       {report_actions_done({{action, false, true, evil}}), report_actions(page, false)}) {
    for (const char control : {'\x1b', '\r', '\a', '\xff'}) {
      CHECK(text.find(control) == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace flatline::cli
