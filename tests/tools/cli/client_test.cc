// What the client makes of answers that a real collector gives rarely.

#include "tools/cli/client.h"

#include <doctest/doctest.h>

#include "schema/error.h"
#include "schema/view_json.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::cli {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kThen{Milliseconds{1'700'000'000'000}};

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

}  // namespace
}  // namespace flatline::cli
