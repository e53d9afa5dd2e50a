// The history of a group: the counts of the place that its value had at each step.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/registry.h"
#include "schema/answers/past_json.h"
#include "schema/program/wall_time.h"
#include "tests/collector/api/past_stand.h"
#include "tests/collector/journal/views.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr std::uint32_t kCapacity = kPastCapacity;
const HistoryShape kShape{kCapacity, 100, 10s, true, true};

/// The steps 0 to 5, ten seconds apart. role=web has place 2 until step 2, then role=db has it, and
/// role=web place 3 from step 4 on. One web host fails at a step, and each db host at every one.
class Past : PastStand {
 public:
  Past() {
    Registry registry(folder_ / kRegistryFile, kCapacity, kFirstWall);
    for (HistoryMaker maker(folder_.path(), kShape); !maker.advance();) {
    }
    HistoryRing ring(folder_ / kHistoryFile, kShape);
    GroupTable& table = ticker_.view.groups;
    table.keys[1].key = LabelText{"role"};
    std::uint64_t confirmed = (std::uint64_t{7} << 32) - 1;
    for (std::uint32_t step = 0; step < 6; ++step) {
      table.assignment = (std::uint64_t{7} << 32) + (step < 2 ? 1 : step < 4 ? 2 : 3);
      put(2, step < 2 ? "web" : "db", step);
      put(3, step < 4 ? "" : "web", step);
      if (table.assignment != confirmed) {
        registry.store(table, confirmed, ticker_.wall());
        confirmed = table.assignment;
      }
      ticker_.pass(step == 0 ? 0s : 10s);
      ring.write(kShape.number_at(ticker_.wall()), ticker_.view);
    }
    ticker_.pass(10s);
  }

  static std::string text(int step) { return format_rfc3339(kFirstWall + step * 10s); }

  ApiResponse get(std::map<std::string, std::string> query) const {
    return ask("/api/v1/history", std::move(query), ticker_.wall());
  }
  /// `REGISTERED/HEALTHY/FAILING` and the flags of each step.
  [[nodiscard]] std::string told(const std::string& group) const {
    const ApiResponse response =
        get({{"from", text(0)}, {"to", text(6)}, {"points", "6"}, {"group", group}});
    CAPTURE(response.body);
    REQUIRE(response.status == 200);
    const auto answer = fleet_history_from_json(response.body);
    REQUIRE(answer);
    CHECK(answer->group == group);
    std::string text;
    for (const FleetPointAnswer& point : answer->points) {
      text += fmt::format("{}/{}/{}", point.hosts, point.healthy, point.failing);
      for (const std::string& flag : point.flags) text += "+" + flag;
      text += ' ';
    }
    return text;
  }

 private:
  void put(std::size_t place, const char* value, std::uint32_t step) {
    Group& group = ticker_.view.groups.keys[1].places[place];
    group = {};
    group.value = LabelText{value};
    if (group.value.empty()) return;
    const bool is_web = group.value == LabelText{"web"};
    group.counts.registered = 10 + step;
    group.counts.failing = is_web ? 1 : 10 + step;
    group.counts.healthy = is_web ? 9 + step : 0;
    group.flags = is_web ? 0 : flag_bit(GroupFlag::kPanic) | flag_bit(GroupFlag::kBelow);
  }
};

}  // namespace

TEST_CASE("a group's history is of the place that its value had, and no other's") {
  const Past past;
  CHECK(past.told("role=web") == "10/9/1 11/10/1 0/0/0 0/0/0 14/13/1 15/14/1 ");
  CHECK(past.told("role=db") ==
        "0/0/0 0/0/0 12/0/12+panic+below 13/0/13+panic+below 14/0/14+panic+below "
        "15/0/15+panic+below ");
}

TEST_CASE("a history of a group is refused for what is none, and what is not remembered") {
  const Past past;
  struct Row {
    const char* group;
    unsigned status;
    const char* words;
  };
  for (const Row& row :
       {Row{"role", 400, "must be KEY=VALUE"}, Row{"=web", 400, "must be KEY=VALUE"},
        Row{"role=", 400, "must be KEY=VALUE"}, Row{"role=cache", 404, "no group role=cache"},
        Row{"zone=web", 404, "no group zone=web"}}) {
    CAPTURE(row.group);
    const ApiResponse response = past.get({{"from", Past::text(0)}, {"group", row.group}});
    CHECK(response.status == row.status);
    CHECK(response.body.find(row.words) != std::string::npos);
  }
}

}  // namespace flatline
