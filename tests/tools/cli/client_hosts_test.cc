// Tests how the client lists hosts by pages of rows.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "schema/answers/rows_answer.h"
#include "schema/answers/view_json.h"
#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tests/tools/cli/scripted_collector.h"
#include "tools/cli/client.h"

namespace flatline::cli {
namespace {

using namespace std::chrono_literals;
using Answer = ScriptedCollector::Answer;

struct Told {
  std::string name;
  std::uint32_t slot;
  std::string state = "healthy";
};

Answer page(int generation, const std::vector<Told>& hosts, const std::string& next) {
  Answer answer;
  append_row_names(answer.body, all_row_columns());
  for (const Told& host : hosts) {
    HostRowAnswer row;
    row.name = host.name;
    row.slot = host.slot;
    row.state = host.state;
    append_row(answer.body, row, all_row_columns());
  }
  for (const auto& [name, value] : rows_headers({4, 7, fmt::format("{:016x}", generation), next})) {
    answer.headers += fmt::format("{}: {}\r\n", name, value);
  }
  return answer;
}

std::string text_of(const HostPageAnswer& page) {
  std::string text;
  for (const HostRowAnswer& host : page.hosts) {
    text += fmt::format("{}{}@{} {}", text.empty() ? "" : ", ", host.name, host.slot, host.state);
  }
  return text;
}

TEST_CASE("hosts come by pages of rows, each from behind the one before") {
  std::vector<std::string> asked;
  const ScriptedCollector collector([&](const std::string& path) {
    asked.push_back(path);
    if (path.ends_with("&after=1")) return page(1, {{"c", 5}, {"d", 7, "failing"}}, "");
    return page(1, {{"a", 0}, {"b", 1}}, "1");
  });
  const HostPageAnswer all = Client(collector.address(), "", 60s).hosts("failing | a");
  CHECK(text_of(all) == "a@0 healthy, b@1 healthy, c@5 healthy, d@7 failing");
  CHECK(all.total == 4);
  CHECK(all.tick == 7);
  CHECK(all.generation == "0000000000000001");
  CHECK(asked ==
        std::vector<std::string>{"/api/v1/rows?limit=65536&filter=failing%20%7C%20a",
                                 "/api/v1/rows?limit=65536&filter=failing%20%7C%20a&after=1"});
}

TEST_CASE("a host that moved between two pages of rows is listed once, as it is now") {
  const ScriptedCollector collector([&](const std::string& path) {
    if (path.ends_with("&after=1")) return page(2, {{"c", 5}, {"a", 7, "failing"}}, "");
    return page(1, {{"a", 0}, {"b", 1}}, "1");
  });
  const HostPageAnswer all = Client(collector.address(), "", 60s).hosts("");
  CHECK(text_of(all) == "a@7 failing, b@1 healthy, c@5 healthy");
  CHECK(all.generation.empty());
}

TEST_CASE("hosts of a range of slots take no more rows than it has slots") {
  std::vector<std::string> asked;
  const ScriptedCollector collector([&](const std::string& path) {
    asked.push_back(path);
    return page(1, {{"a", 10}, {"b", 20}, {"c", 21}}, "21");
  });
  const HostPageAnswer some = Client(collector.address(), "", 60s).hosts("", {10, 20});
  CHECK(text_of(some) == "a@10 healthy, b@20 healthy");
  CHECK(asked == std::vector<std::string>{"/api/v1/rows?limit=11&filter=&after=9"});
}

TEST_CASE("of a collector that is older than rows, and of the past, hosts come as JSON") {
  const ScriptedCollector older([](const std::string& path) -> Answer {
    if (path.starts_with("/api/v1/rows")) return {R"({"error":"no such path"})", 404};
    HostPageAnswer hosts;
    hosts.hosts.resize(1);
    hosts.hosts[0].name = path.starts_with("/api/v1/at/hosts?") ? "then" : "now";
    return {to_json(hosts)};
  });
  Client client(older.address(), "", 60s);
  CHECK(text_of(client.hosts("")) == "now@0 ");
  client.look_back(WallTime{Milliseconds{1'700'000'000'000}});
  CHECK(text_of(client.hosts("")) == "then@0 ");
}

TEST_CASE("what is no page of rows, or comes again and again, is refused") {
  struct Row {
    Answer answer;
    std::string says;
  };
  Answer without_head = page(1, {{"a", 0}}, "");
  without_head.headers.clear();
  Answer of_html = page(1, {}, "");
  of_html.body = "<html>";
  Answer nameless = page(1, {{"", 0}}, "");
  for (const Row& row : {Row{without_head, "not a flatline collector's answer"},
                         Row{of_html, "not a flatline collector's answer"},
                         Row{nameless, "not a flatline collector's answer"},
                         Row{page(1, {{"a", 0}}, "0"), "the same page came twice"}}) {
    const ScriptedCollector collector([&](const std::string&) { return row.answer; });
    CHECK(message_of<Failure>([&] {
            Client(collector.address(), "", 60s).hosts("");
          }).find(row.says) != std::string::npos);
  }
}

}  // namespace
}  // namespace flatline::cli
