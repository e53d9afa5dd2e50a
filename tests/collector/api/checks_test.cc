// The API's list of checks, as a reader asks for it.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "collector/api/census_thread.h"
#include "collector/api/handler.h"
#include "schema/answers/census_json.h"
#include "tests/collector/api/served.h"
#include "tests/collector/view/made_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::MadeFleet;

struct Asked : test::ParkedServer {
  ApiResponse ask(std::map<std::string, std::string> query) const {
    const ApiHandler handler(sources, {"127.0.0.1", 4171}, "");
    const ApiRequest request{.method = "GET",
                             .path = "/api/v1/checks",
                             .query = std::move(query),
                             .host = "127.0.0.1:4171"};
    return handler.answer(request, {made.view.head.at + 1500ms, {}}).now;
  }
  CheckPageAnswer page(std::map<std::string, std::string> query) const {
    const ApiResponse response = ask(std::move(query));
    CAPTURE(response.body);
    REQUIRE(response.status == 200);
    const auto page = check_page_from_json(response.body);
    REQUIRE(page.has_value());
    return *page;
  }

  MadeFleet made{512};
};

TEST_CASE("before the first census, and where none is taken, the list is empty and has no age") {
  Asked asked;
  CHECK(asked.page({}).total == 0);
  CHECK_FALSE(asked.page({}).age_seconds.has_value());
  const Census census(asked.made.board, asked.made.host_table);
  asked.sources.census = &census.results();
  CHECK_FALSE(asked.page({}).age_seconds.has_value());
}

TEST_CASE("checks come page by page, by name, with their states and their age") {
  Asked asked;
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    HostRecord record = asked.made.host();
    asked.made.add_check(record, fmt::format("check {:03}", slot / 2), CheckState::kOk);
    asked.made.add_check(record, "disk", slot < 2 ? CheckState::kCritical : CheckState::kWarning);
    asked.made.put(slot, record, slot < 2 ? MadeFleet::kFailing : MadeFleet::kHealthy);
  }
  Census census(asked.made.board, asked.made.host_table);
  asked.sources.census = &census.results();
  asked.made.publish();
  census.take();

  std::vector<std::string> names;
  std::string after;
  do {
    const auto page = asked.page({{"limit", "60"}, {"after", after}});
    CHECK(page.total == 151);
    CHECK(page.age_seconds == 1.5);
    CHECK(page.checks.size() <= 60);
    CHECK_FALSE(page.other.has_value());
    for (const CheckCountAnswer& check : page.checks) names.push_back(check.name);
    after = page.next;
  } while (!after.empty());
  CHECK(names.size() == 151);
  CHECK(std::is_sorted(names.begin(), names.end()));

  const auto page = asked.page({{"after", "check 149"}});
  REQUIRE(page.checks.size() == 1);
  CHECK(page.checks[0].name == "disk");
  CHECK(page.checks[0].hosts == 300);
  CHECK(page.checks[0].critical == 2);
  CHECK(page.checks[0].warning == 298);
  CHECK(page.checks[0].ok == 0);
  CHECK(page.next.empty());
  CHECK(asked.page({{"after", "zzz"}}).checks.empty());
  CHECK(asked.page({}).checks.size() == kDefaultPageHosts);
  CHECK(asked.ask({{"limit", "0"}}).status == 400);
  CHECK(asked.ask({{"filter", "failing"}}).status == 400);
}

TEST_CASE("the thread ends at once when it is told to, however long its period is") {
  MadeFleet fleet(500'032);
  bool at_once = false;
  // A machine that stands still for as long as a period shows nothing.
  for (int tries = 0; tries < 3 && !at_once; ++tries) {
    const Instant made = monotonic_now();
    {
      const CensusThread thread(fleet.board, fleet.host_table);
      CheckCounts counts;
      REQUIRE(thread.results().checks.read(counts));
      CHECK(counts.tick == 0);
    }
    at_once = monotonic_now() - made < census_period(500'032);
  }
  CHECK(at_once);
}

}  // namespace
}  // namespace flatline
