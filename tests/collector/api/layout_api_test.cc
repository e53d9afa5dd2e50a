// Layouts as the API answers them: kept for a while, whoever asks and whatever hosts do.

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "collector/api/admin_gate.h"
#include "collector/api/layouts.h"
#include "schema/answers/layout_answer.h"
#include "schema/answers/view_json.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::Host;

FleetOptions grouped() {
  FleetOptions options = test::FleetDriver::default_options();
  options.group_by = {LabelText{"role"}, LabelText{"zone"}};
  return options;
}

struct LayoutApi {
  void add(const std::string& name) {
    Host host(name);
    host.snapshot.labels = Labels{"role=web,zone=eu"};
    REQUIRE(fleet.hear(host) == Outcome::kAccepted);
    tick();
  }
  void tick() { board.publish(fleet.tick()); }
  ApiOutcome ask(const std::string& by) { return layouts.answer(by, fleet.now); }
  ApiResponse answer(const std::string& by) {
    const ApiOutcome outcome = ask(by);
    return outcome.later ? outcome.later() : outcome.now;
  }
  LayoutAnswer layout(const std::string& by) {
    const ApiResponse response = answer(by);
    REQUIRE(response.status == 200);
    CHECK(response.type == "application/octet-stream");
    const auto layout = decode_layout(response.body);
    REQUIRE(layout.has_value());
    return *layout;
  }

  test::FleetDriver fleet{grouped()};
  ViewBoard board{fleet.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, fleet.now};
  ApiSources sources{
      board, fleet.host_table, test::fixed_key().fleet, {}, 0, {}, {}, {}, gate, {}, {}, {}};
  Layouts layouts{sources};
};

TEST_CASE("a layout is made in the filter pool at a filter's price, and then kept for its age") {
  LayoutApi api;
  api.add("a");
  const ApiOutcome first = api.ask("role");
  REQUIRE(first.later);
  CHECK(first.runs_on == RunsOn::kFilterPool);
  CHECK(first.price == kFilterPrice - 1);
  CHECK(first.later().status == 200);
  const std::uint64_t made_at = api.layout("role").tick;
  CHECK_FALSE(api.ask("role").later);

  api.fleet.pass(kLayoutAge - api.fleet.options.tick);
  api.add("b");
  CHECK_FALSE(api.ask("role").later);
  CHECK(api.layout("role").hosts == 1);
  CHECK(api.layout("role").tick == made_at);
  api.fleet.pass(2 * api.fleet.options.tick);
  api.tick();
  CHECK(api.ask("role").later);
  CHECK(api.layout("role").hosts == 2);
}

TEST_CASE("layouts of all keys are of one moment, and so many are kept") {
  LayoutApi api;
  api.add("a");
  const std::uint64_t made_at = api.layout("role").tick;
  api.add("b");
  for (const char* by : {"", "zone", "role,zone"}) CHECK(api.layout(by).tick == made_at);
  static_assert(kLayoutsKept == 4);
  for (const char* by : {"role", "", "zone", "role,zone"}) CHECK_FALSE(api.ask(by).later);
  CHECK(api.layout("zone,role").tick == made_at);
  CHECK(api.ask("role").later);
}

TEST_CASE("keys that the collector does not group by are refused with those that it does") {
  LayoutApi api;
  CHECK(api.answer("role").status == 503);
  api.add("a");
  const auto error = [&](const char* by) {
    const ApiResponse refused = api.answer(by);
    CHECK(refused.status == 400);
    return problem_from_json(refused.body).value_or(ProblemAnswer{}).error;
  };
  CHECK(error("rol") == "by: hosts are not grouped by 'rol'; there are: role, zone");
  // Otherwise one layout would be made and kept under several names.
  CHECK(error("role,") == "by: hosts are not grouped by ''; there are: role, zone");
  CHECK(error("role,role") == "by: must be a key or two different ones, as role,zone");
  CHECK(error("role,zone,role") == "by: must be a key or two different ones, as role,zone");
}

}  // namespace
}  // namespace flatline
