// Tests what the client makes of answers that a real collector gives rarely.

#include "tools/cli/client.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <atomic>

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

/// Whether only a collector that has pages of rows knows the path.
bool is_newer(const std::string& path) {
  return path.starts_with("/api/v1/rows");
}
const ScriptedCollector::Answer kNoSuchPath = {R"({"error":"no such path"})", 404};

TEST_CASE("a host of the past may have no name any more; one of now must have one") {
  const ScriptedCollector collector([](const std::string& path) -> ScriptedCollector::Answer {
    if (is_newer(path)) return kNoSuchPath;
    HostPageAnswer page;
    page.hosts.resize(2);
    page.hosts[0].name = "web-1";
    page.hosts[1].slot = 7;
    return {to_json(page)};
  });
  Client client(collector.address(), "", 60s);
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
  Client client(collector.address(), "", 60s);
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
  Client client(collector.address(), "", 60s);
  CHECK(client.diff(kThen, std::nullopt).changes.size() == 1);
}

TEST_CASE("a collector that answered some pages in time is not said to be away") {
  const ScriptedCollector collector([](const std::string& path) -> ScriptedCollector::Answer {
    if (asks_for(path, "after=1")) return {.hangs = true};
    return diff_page(format_rfc3339(kThen + 60s), "1");
  });
  // On a busy machine it may not have answered anything yet: then it has more time.
  std::string error;
  for (auto timeout = 2s; timeout < 60s; timeout *= 5) {
    Client client(collector.address(), "", timeout);
    error = message_of<Failure>([&] { client.diff(kThen, kThen + 60s); });
    if (error.find("it answered within ") != std::string::npos) break;
  }
  CHECK(error.find(" ms, but not all of it") != std::string::npos);
  CHECK(error.find("is the collector there") == std::string::npos);
}

// --- Lists under churn --------------------------------------------------------------------------

/// A page of hosts with one row for each of `slots`, of host `web-SLOT`, that ends before `next`.
HostPageAnswer host_page(int generation, const std::vector<std::uint32_t>& slots,
                         const std::string& next) {
  HostPageAnswer page;
  page.generation = fmt::format("{:016x}", generation);
  page.next = next;
  page.total = 4;
  for (const std::uint32_t slot : slots) {
    page.hosts.emplace_back();
    page.hosts.back().name = fmt::format("web-{}", slot);
    page.hosts.back().slot = slot;
  }
  return page;
}

TEST_CASE("names come by pages of lines, and from rows where the collector is older than these") {
  const ScriptedCollector newer([](const std::string& path) -> ScriptedCollector::Answer {
    CHECK(asks_for(path, "/api/v1/names?filter=failing%20%26%20a"));
    const bool is_last = asks_for(path, "&after=7");
    NamesAnswer head{3, 1, is_last ? "02" : "01", is_last ? "" : "7", {}};
    std::string text = encode_names_head(head);
    append_name(text, is_last ? 8 : 3, "web-3");  // It moved meanwhile.
    append_name(text, is_last ? 9 : 7, is_last ? "web-9" : "web-7");
    return {text};
  });
  using Names = std::vector<std::string>;
  CHECK(Client(newer.address(), "", 60s).names("failing & a") == Names{"web-3", "web-7", "web-9"});

  const ScriptedCollector older([](const std::string& path) -> ScriptedCollector::Answer {
    if (asks_for(path, "/names") || is_newer(path)) return kNoSuchPath;
    return {to_json(host_page(1, {1, 2}, ""))};
  });
  CHECK(Client(older.address(), "", 60s).names("") == Names{"web-1", "web-2"});
  CHECK(Client(older.address(), "", 60s).names_for_hints() == Names{"web-1", "web-2"});

  const ScriptedCollector stuck([](const std::string&) -> ScriptedCollector::Answer {
    return {encode_names_head({1, 1, "01", "7", {}})};
  });
  CHECK(message_of<Failure>([&] {
          Client(stuck.address(), "", 60s).names("");
        }).find("the same page came twice") != std::string::npos);
  const ScriptedCollector other([](const std::string&) { return ScriptedCollector::Answer{"hi"}; });
  CHECK_THROWS_AS(Client(other.address(), "", 60s).names(""), Failure);
}

TEST_CASE("a list ends although a host comes or goes between any two of its pages") {
  int asked = 0;
  const ScriptedCollector collector([&](const std::string& path) -> ScriptedCollector::Answer {
    if (is_newer(path)) return kNoSuchPath;
    ++asked;  // Each answer is of another generation.
    if (asks_for(path, "after=3")) return {to_json(host_page(asked, {5, 7}, ""))};
    if (asks_for(path, "after=1")) return {to_json(host_page(asked, {2, 3}, "3"))};
    return {to_json(host_page(asked, {0, 1}, "1"))};
  });
  Client client(collector.address(), "", 60s);
  const HostPageAnswer all = client.hosts("");
  CHECK(asked == 3);
  CHECK(all.hosts.size() == 6);
  CHECK(all.hosts.back().slot == 7);
  CHECK(all.generation.empty());
}

TEST_CASE("a host that moved to a later slot meanwhile is listed once, where it is now") {
  const ScriptedCollector collector([&](const std::string& path) -> ScriptedCollector::Answer {
    if (is_newer(path)) return kNoSuchPath;
    if (!asks_for(path, "after=")) return {to_json(host_page(1, {0, 1}, "1"))};
    HostPageAnswer page = host_page(2, {2, 3}, "");
    page.hosts[1].name = "web-0";
    return {to_json(page)};
  });
  Client client(collector.address(), "", 60s);
  const HostPageAnswer all = client.hosts("");
  REQUIRE(all.hosts.size() == 3);
  CHECK(all.hosts[0].name == "web-0");
  CHECK(all.hosts[0].slot == 3);
}

TEST_CASE("hosts of a range of slots take the pages of these alone") {
  std::vector<std::string> asked;
  const ScriptedCollector collector([&](const std::string& path) -> ScriptedCollector::Answer {
    if (is_newer(path)) return kNoSuchPath;
    asked.push_back(path);
    if (asks_for(path, "after=9")) return {to_json(host_page(1, {10, 12}, "12"))};
    return {to_json(host_page(1, {13, 19, 20, 21}, "21"))};
  });
  Client client(collector.address(), "", 60s);
  const HostPageAnswer some = client.hosts("", {10, 20});
  REQUIRE(some.hosts.size() == 5);
  CHECK(some.hosts.front().slot == 10);
  CHECK(some.hosts.back().slot == 20);
  CHECK(some.generation.size() == 16);  // All pages are of one.
  CHECK(asked.size() == 2);
}

TEST_CASE("a long history ends although its oldest steps are overwritten meanwhile") {
  // Two spans a page; the collector's oldest step is a second later with every page.
  int pages = 0;
  const ScriptedCollector collector([&](const std::string& path) -> ScriptedCollector::Answer {
    CHECK_FALSE(asks_for(path, "after="));
    ++pages;
    HostHistoryAnswer page;
    const int first = asks_for(path, "from=2023-11-14T22%3A13%3A20") ? 0 : 2;
    page.from = format_rfc3339(kThen + pages * 1s);
    page.to = format_rfc3339(kThen + 40s + pages * 1s);
    for (int i = first; i < first + 2; ++i) {
      page.spans.emplace_back();
      page.spans.back().from = format_rfc3339(kThen + i * 10s);
      page.spans.back().to = format_rfc3339(kThen + (i + 1) * 10s);
    }
    page.total = 4;
    page.next = first == 0 ? "2" : "";
    return {to_json(page)};
  });
  Client client(collector.address(), "", 60s);
  const HostHistoryAnswer all = client.host_history("web-1", kThen, kThen + 60s);
  CHECK(pages == 2);
  REQUIRE(all.spans.size() == 4);
  CHECK(all.spans[2].from == all.spans[1].to);
  CHECK(all.total == 4);
}

// --- Refusals -----------------------------------------------------------------------------------

TEST_CASE("a refusal is told in words of the command line") {
  ProblemAnswer problem{"a read token is needed: Authorization: Bearer TOKEN"};
  int status = 401;
  const ScriptedCollector collector([&](const std::string&) -> ScriptedCollector::Answer {
    return {to_json(problem), status};
  });
  const auto said = [&](const TokenSource& source) {
    Client client(collector.address(), "secret", 10s, source);
    return message_of<Failure>([&] { client.summary(); });
  };
  CHECK(said({}).find("--token-file") != std::string::npos);
  CHECK(said({}).find("Authorization") == std::string::npos);
  CHECK(said({"read.token", false}).find("read.token is not the read token") != std::string::npos);
  CHECK(said({"my.token", true}).find("my.token is another") != std::string::npos);
  status = 403;
  CHECK(said({"my.token", true}).find("ssh -L") != std::string::npos);
  status = 400;
  Client client(collector.address(), "", 60s);
  CHECK_THROWS_AS(client.hosts("failng"), UsageError);
}

TEST_CASE("a request that was sent and not answered may have been done, one never sent was not") {
  std::atomic<bool> is_asked = false;
  const ScriptedCollector collector([&](const std::string&) -> ScriptedCollector::Answer {
    is_asked = true;
    return {.hangs = true};
  });
  // On a busy machine the time may be over before anything is sent: then it has more.
  bool unanswered = false;
  for (auto timeout = 200ms; !unanswered && !is_asked && timeout < 60s; timeout *= 5) {
    Client client(collector.address(), "", timeout);
    try {
      client.change("POST", "/api/v1/freeze", {}, "key");
    } catch (const Unanswered&) {
      unanswered = true;
    } catch (const Failure&) {
    }
  }
  CHECK(unanswered);
  Client nobody("127.0.0.1:1", "", 60s);
  bool unsure = true;
  try {
    nobody.change("POST", "/api/v1/freeze", {}, "key");
  } catch (const Unanswered&) {
    FAIL("nothing was sent");
  } catch (const Failure&) {
    unsure = false;
  }
  CHECK_FALSE(unsure);
}

TEST_CASE("a view is awaited that is younger than what it shall show") {
  int asked = 0;
  const ScriptedCollector collector([&](const std::string&) -> ScriptedCollector::Answer {
    SummaryAnswer summary;
    summary.time = format_rfc3339(kThen + ++asked * 1s);
    summary.collector.tick_seconds = 0.01;
    return {to_json(summary)};
  });
  Client client(collector.address(), "", 60s);
  CHECK(client.await_view_after(kThen + 2s));
  CHECK(asked == 3);                            // That of the very moment may lack it.
  CHECK(client.await_view_after(kThen + 10s));  // Ticks may be late.
  CHECK(asked == 11);
  Client hurried(collector.address(), "", 500ms);
  CHECK_FALSE(hurried.await_view_after(kThen + 24h));
}

}  // namespace
}  // namespace flatline::cli
