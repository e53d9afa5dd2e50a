// Tests the patterns by which people name many hosts at once.

#include "tools/cli/report/host_patterns.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tools/cli/report/names.h"

namespace flatline::cli {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("what is folded unfolds") {
  struct Row {
    const char* text;
    Names names;
  };
  const Row rows[] = {
      {"web-1", {"web-1"}},
      {"web-[1-3]", {"web-1", "web-2", "web-3"}},
      {"web-[08-11]", {"web-08", "web-09", "web-10", "web-11"}},
      {"web-[8-11]", {"web-8", "web-9", "web-10", "web-11"}},
      {"web-[001,003-004].eu", {"web-001.eu", "web-003.eu", "web-004.eu"}},
      {"[7]", {"7"}},
      {"rack[1-2]-node[09-10]", {"rack1-node09", "rack1-node10", "rack2-node09", "rack2-node10"}},
      {"web-[0-10/5]", {"web-0", "web-5", "web-10"}},
      {"web-[01-08/3,20]", {"web-01", "web-04", "web-07", "web-20"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(unfold(row.text) == row.names);
  }
}

TEST_CASE("unfolding is the inverse of folding") {
  Names names;
  for (int i = 1; i <= 1200; i += i % 7 == 0 ? 5 : 1) names.push_back("db-" + std::to_string(i));
  for (int i = 5; i < 40; i += 3) names.push_back(fmt::format("web-{:04}", i));
  for (int rack = 8; rack <= 12; ++rack) {
    for (int node = 1; node <= (rack == 10 ? 7 : 16); ++node) {
      names.push_back(fmt::format("r{}-n{:02}", rack, node));
      names.push_back(fmt::format("{:03}.{}.example.{}", rack, node, rack * node % 3));
    }
  }
  names.push_back("mail");
  Names unfolded;
  for (const std::string& folded : fold_names(names)) {
    for (std::string& name : unfold(folded)) unfolded.push_back(std::move(name));
  }
  std::sort(unfolded.begin(), unfolded.end(), natural_less);
  std::sort(names.begin(), names.end(), natural_less);
  CHECK(unfolded == names);
}

TEST_CASE("what is no range is refused with what is allowed") {
  for (const char* text :
       {"web-[", "web-[]", "web-[1-]", "web-[-3]", "web-[3-1]", "web-[a-b]", "web-[1-2-3]",
        "web-[1,]", "web-[99999999999]", "web-[1-5/0]", "web-[1-5/]", "a[1-2]b["}) {
    CAPTURE(text);
    const std::string error = message_of<UsageError>([&] { unfold(text); });
    CHECK_MESSAGE(error.find(text) != std::string::npos, error);
    CHECK(error.find("NAME[001-250,252]") != std::string::npos);
  }
  CHECK(message_of<UsageError>([] { unfold("web-[0-1048576]"); }).find("no collector has") !=
        std::string::npos);
  CHECK(unfold("web-[1-1048576]").size() == 1'048'576);
}

TEST_CASE("hosts are chosen in the order given, each once; globs among the registered") {
  const Names registered = {"db-1", "db-2", "web-1", "web-10"};
  CHECK(choose_hosts({"web-7", "db-*", "db-1"}, registered) == Names{"web-7", "db-1", "db-2"});
  CHECK(choose_hosts({"web-?"}, registered) == Names{"web-1"});
  CHECK(choose_hosts({"*"}, registered) == registered);
  CHECK(message_of<UsageError>([&] { choose_hosts({"mail-*"}, registered); }) ==
        "host: no registered host matches 'mail-*'");
  CHECK(message_of<UsageError>([&] { choose_hosts({"web 1"}, registered); }).find("'web 1'") !=
        std::string::npos);
  CHECK(choose_hosts({"web-[1-1]*"}, registered) == Names{"web-1", "web-10"});
}

TEST_CASE("several ranges stand for no more hosts than a collector has") {
  CHECK(unfold("a[1-1024]-[1-1024]").size() == 1'048'576);
  CHECK(message_of<UsageError>([] { unfold("a[1-1024]-[1-1025]"); }).find("no collector has") !=
        std::string::npos);
}

TEST_CASE("a list has commas between its names, but for those within brackets") {
  CHECK(choose_hosts({"web-1,db-[1,3],web-1"}, {}) == Names{"web-1", "db-1", "db-3"});
  CHECK_THROWS_AS(choose_hosts({"web-1,,web-2"}, {}), UsageError);
  CHECK(choose_hosts({"db-*,web-1"}, {"db-7", "web-2"}) == Names{"db-7", "web-1"});
  const std::string none =
      message_of<UsageError>([] { choose_hosts({"db-*"}, {"web-1"}, "forgotten"); });
  CHECK(none == "host: no forgotten host matches 'db-*'");
}

}  // namespace
}  // namespace flatline::cli
