// Tests the real flatline where it prints lists, and where it reads names from its stdin.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/temporary_folder.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::cli {
namespace {

using test::Finished;

std::string row(std::string_view name, unsigned slot, std::string_view state, std::string_view role,
                double heard) {
  return fmt::format(
      R"({{"name":"{}","slot":{},"state":"{}","labels":"role={}","heard_seconds_ago":{},)"
      R"("checks":2,"checks_failing":{},"check":"disk","message":"is, \"full\""}})",
      name, slot, state, role, heard, state == "failing" ? 1 : 0);
}

/// Answers every question for hosts with the same five, and takes every action.
ScriptedCollector::Answer answer(const std::string& path) {
  if (path.starts_with("/api/v1/hosts?") || path.starts_with("/api/v1/at/hosts?")) {
    return {.body = fmt::format(
                R"({{"total":5,"tick":7,"generation":"00000001","hosts":[{},{},{},{},{}]}})",
                row("r1-n1", 0, "failing", "web", 0.5), row("r2-n1", 1, "healthy", "db", 9),
                row("r1-n2", 2, "failing", "db", 0.25), row("r2-n2", 3, "healthy", "web", 3),
                row("db-7", 4, "silent", "db", 60))};
  }
  if (path == "/api/v1/hosts/db-7") return {.body = row("db-7", 4, "silent", "db", 60)};
  if (path == "/api/v1/hosts/r1-n1") return {.body = row("r1-n1", 0, "failing", "web", 0.5)};
  return {.body = R"({"error":"no host is registered under it"})", .status = 404};
}

class Asked {
 public:
  Finished run(const std::string& arguments, const std::string& before = "") {
    return test::run_to_end({"/bin/sh", "-c",
                             fmt::format("{}{} --timeout 60s --api {} {}", before, FLATLINE_CLI,
                                         collector_.address(), arguments)});
  }
  /// The flag that shows an admin token.
  [[nodiscard]] std::string admin() const {
    const auto path = folder_.path() / "admin.token";
    write_content(path, "abcdefghijklmnopqrstuvwxyz0123456789abcdef0123456789\n");
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    return " --admin-token " + path.string();
  }
  std::string out(const std::string& arguments, const std::string& before = "") {
    const Finished finished = run(arguments, before);
    CHECK_MESSAGE(finished.exit_code == 0, finished.err);
    return finished.out;
  }

 private:
  TemporaryFolder folder_;
  ScriptedCollector collector_{answer};
};

TEST_CASE("ls sorts, limits, and chooses columns, in every form") {
  Asked collector;
  CHECK(collector.out("ls --columns name,role --sort -heard --limit 2") ==
        "NAME   ROLE\ndb-7   db\nr2-n1  db\n");
  CHECK(collector.out("ls --columns name,role --sort=heard --limit 1 --no-header") ==
        "r1-n2  db\n");
  CHECK(collector.out("ls -o csv --columns name,checks_failing,message --sort role --limit 1") ==
        "name,checks_failing,message\r\ndb-7,0,\"is, \"\"full\"\"\"\r\n");
  CHECK(collector.out("ls -o wide --limit 1") ==
        "NAME  SLOT  STATE   LABELS   CHECKS  HEARD      CHECK  MESSAGE\n"
        "db-7     4  silent  role=db  2       1m00s ago  disk   is, \"full\"\n");
  CHECK(collector.out("ls -1 -o names --sort -slot --limit 2") == "db-7\nr2-n2\n");
  CHECK(collector.out("ls -o names") == "db-7\nr[1,2]-n[1,2]\n");
  CHECK(collector.out("at -5m ls -o csv --columns name,state --limit 1 --sort -name") ==
        "name,state\r\nr2-n2,healthy\r\n");
  const std::string json = collector.out("ls -o json --sort -slot --limit 1");
  CHECK(json.find("\"db-7\"") != std::string::npos);
  CHECK(json.find("\"r2-n2\"") == std::string::npos);
}

TEST_CASE("what says nothing of a list is refused in one line") {
  Asked collector;
  struct Row {
    std::string arguments;
    std::string says;
  };
  const Row rows[] = {
      {"ls --columns name,rol", "there is no column 'rol'"},
      {"ls --columns name,rol", "did you mean role?"},
      {"ls --sort x", "--sort: there is no column 'x'"},
      {"at -5m ls --columns heard", "no column 'heard' of the past"},
      {"ls -o json --columns name", "--columns: goes with -o table, wide or csv"},
      {"ls -o names --no-header", "--no-header: goes with"},
      {"ls --limit 0", "--limit: '0' is not allowed; give a whole number from 1"},
      {"show - - < /dev/null", "'-' stands twice"},
  };
  for (const Row& one : rows) {
    const Finished finished = collector.run(one.arguments);
    CAPTURE(finished.err);
    CHECK(finished.exit_code == 2);
    CHECK(finished.out.empty());
    CHECK(finished.err.find(one.says) != std::string::npos);
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
  }
}

TEST_CASE("names come from stdin, folded or not, and bad lines are told at once") {
  Asked collector;
  CHECK(collector.out("ls --names - -o names", "printf 'r[1-2]-n1\\n# one\\ndb-7\\n' | ") ==
        "db-7\nr[1,2]-n1\n");
  const Finished missing = collector.run("ls --names - -o names", "echo db-[7-8] | ");
  CHECK(missing.exit_code == 1);
  CHECK(missing.out == "db-7\n");
  CHECK(missing.err == "flatline: 1 of 2 names are not listed: db-8\n");

  const Finished bad = collector.run("drain - --for 1h --why x --yes" + collector.admin(),
                                     "printf 'web 1\\ndb-7\\nx[3-1]\\n' | ");
  CHECK(bad.exit_code == 1);
  CHECK(bad.out.empty());
  CHECK(bad.err.find("stdin:1: 'web 1' is no host name") != std::string::npos);
  CHECK(bad.err.find("stdin:3: host: 'x[3-1]' is not allowed") != std::string::npos);
  CHECK(bad.err.find("2 lines are wrong; nothing was done") != std::string::npos);
}

TEST_CASE("an action on a list asks first, and says so where nobody can be asked") {
  Asked collector;
  const Finished finished =
      collector.run("forget -" + collector.admin(), "printf 'db-7\\nr[1-2]-n[1-2]\\n' | ");
  CHECK(finished.exit_code == 2);
  CHECK(finished.err ==
        "flatline: forget 5 hosts: db-7 r[1,2]-n[1,2]? nobody can be asked here; --yes says that "
        "it is meant\n");
}

TEST_CASE("show tells of several hosts, and of those that are not there") {
  Asked collector;
  const std::string both = collector.out("show db-7 r1-n1");
  CHECK(both.find("host        db-7\n") != std::string::npos);
  CHECK(both.find("\n\nhost        r1-n1\n") != std::string::npos);
  const std::string listed = collector.out("show - -o json", "printf 'db-7\\nr1-n1\\n' | ");
  CHECK(std::count(listed.begin(), listed.end(), '\n') == 2);
  CHECK(collector.out("show 'db-*'").find("host        db-7\n") != std::string::npos);
  const Finished some = collector.run("show db-7 x-1 x-2");
  CHECK(some.exit_code == 1);
  CHECK(some.out.find("db-7") != std::string::npos);
  CHECK(some.err.find("no host is registered as x-[1,2]") != std::string::npos);
}

}  // namespace
}  // namespace flatline::cli
