// Tests what the client makes of answers that a real collector gives rarely.

#include "tools/cli/client.h"

#include <doctest/doctest.h>

#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "tests/harness/thrown.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::cli {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kThen{Milliseconds{1'700'000'000'000}};

bool asks_for(const std::string& path, const std::string& what) {
  return path.find(what) != std::string::npos;
}

TEST_CASE("a host of the past may have no name any more; one of now must have one") {
  const ScriptedCollector collector([](const std::string&) -> ScriptedCollector::Answer {
    HostPageAnswer page;
    page.hosts.resize(2);
    page.hosts[0].name = "web-1";
    page.hosts[1].slot = 7;
    return {to_json(page)};
  });
  Client client(collector.address(), "", 10s);
  CHECK_THROWS_AS(client.hosts(""), Failure);
  client.look_back(kThen);
  const HostPageAnswer page = client.hosts("");
  REQUIRE(page.hosts.size() == 2);
  CHECK(page.hosts[1].name.empty());
}

/// Makes a page of a diff that ends at time `to`; `next` is where the following page begins.
ScriptedCollector::Answer diff_page(const std::string& to, const std::string& next) {
  DiffAnswer page;
  page.from = format_rfc3339(kThen);
  page.to = to;
  page.next = next;
  page.changes.resize(1);
  page.changes[0].name = "web-" + (next.empty() ? "last" : next);
  return {to_json(page)};
}

TEST_CASE("what changed until now, when it takes several pages, is of one moment") {
  // Each view is newer than the one before, because a collector ticks; its last step is fixed.
  int views = 0;
  const ScriptedCollector collector([&](const std::string& path) {
    const std::string next = asks_for(path, "after=2") ? "" : asks_for(path, "after=1") ? "2" : "1";
    if (asks_for(path, "&to=")) return diff_page(format_rfc3339(kThen + 60s), next);
    return diff_page(format_rfc3339(kThen + 65s + ++views * 1s), next);
  });
  Client client(collector.address(), "", 10s);
  const DiffAnswer all = client.diff(kThen, std::nullopt);
  CHECK(views == 1);
  CHECK(all.to == format_rfc3339(kThen + 60s));
  REQUIRE(all.changes.size() == 3);
  CHECK(all.changes[2].name == "web-last");
}

TEST_CASE("what fits one page is until now") {
  const ScriptedCollector collector([&](const std::string& path) {
    CHECK_FALSE(asks_for(path, "&to="));
    return diff_page(format_rfc3339(kThen + 66s), "");
  });
  Client client(collector.address(), "", 10s);
  CHECK(client.diff(kThen, std::nullopt).changes.size() == 1);
}

TEST_CASE("a collector that answered some pages in time is not said to be away") {
  const ScriptedCollector collector([](const std::string& path) -> ScriptedCollector::Answer {
    if (asks_for(path, "after=1")) return {.hangs = true};
    return diff_page(format_rfc3339(kThen + 60s), "1");
  });
  Client client(collector.address(), "", 2s);
  const std::string error = message_of<Failure>([&] { client.diff(kThen, kThen + 60s); });
  CHECK(error.find("it answered within 2000 ms, but not all of it") != std::string::npos);
  CHECK(error.find("is the collector there") == std::string::npos);
}

}  // namespace
}  // namespace flatline::cli
