// Why, in the past: the routes that look back name the check that was worst, as it was called then,
// and tell what the collector itself did.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/registry.h"
#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/program/wall_time.h"
#include "tests/collector/api/past_stand.h"
#include "tests/collector/journal/views.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr std::uint32_t kCapacity = kPastCapacity;

/// Four hosts and the steps 0 to 9, ten seconds apart. From step 3 on host-2 fails: by disk, from
/// step 6 on by what has the place of load by then, which is raid. host-3 fails by a check without
/// a place. The collector takes 100 datagrams a second.
class Past : PastStand {
 public:
  explicit Past(bool causes = true) : shape_{kCapacity, 100, 10s, true, causes} {
    Registry registry(folder_ / kRegistryFile, kCapacity, kFirstWall);
    std::vector<SlotChange> come;
    for (std::uint32_t slot = 0; slot < 4; ++slot) come.push_back({slot, host(slot)});
    registry.store(come, kFirstWall);
    for (HistoryMaker maker(folder_.path(), shape_); !maker.advance();) {
    }
    HistoryRing ring(folder_ / kHistoryFile, shape_);
    for (int step = 0; step < 10; ++step) {
      ticker_.view.causes[2] = step < 3 ? kNoCause : step < 6 ? 5 : 6;
      ticker_.view.causes[3] = kOtherCause;
      ticker_.set([&](std::uint32_t slot) {
        if (slot >= 4) return std::uint8_t{0};
        return slot == 3 || (slot == 2 && step >= 3) ? failing_planes() : healthy_planes();
      });
      if (step == 6) name(registry, 6, "raid");
      if (step == 0) {
        name(registry, 5, "disk");
        name(registry, 6, "load");
      }
      const auto done = static_cast<std::uint64_t>(step);
      ring.write(shape_.number_at(ticker_.wall()), ticker_.view,
                 {1s + step * 100ms, 1000 * done, 560'000 * done, 20'000 * done, step * 10ms, 4ms,
                  ticker_.view.head.at});
      ticker_.pass(10s);
    }
  }

  static WallTime time(int step) { return kFirstWall + step * 10s; }
  static std::string text(int step) { return format_rfc3339(time(step)); }

  ApiResponse get(const std::string& path, std::map<std::string, std::string> query) const {
    return ask(path, std::move(query), ticker_.wall());
  }
  HostTable& host_table() { return host_table_; }

 private:
  static RestoredHost host(std::uint32_t slot) {
    const std::string name = "host-" + std::to_string(slot);
    return {slot, agent_id_of(fixed_key().fleet, name), HostName{name}, kFirstWall, 1s};
  }
  /// From the next view on.
  void name(Registry& registry, std::uint32_t place, const char* check) {
    const PlacedCause named{place,
                            {CheckName{check}, 7, ticker_.view.head.tick, ticker_.view.head.time}};
    registry.store(std::span(&named, 1));
  }

  HistoryShape shape_;
};

}  // namespace

TEST_CASE("hosts of a moment name the check that was worst, as it was called then") {
  const Past past;
  for (const auto& [step, check] :
       std::vector<std::pair<int, std::string>>{{2, ""}, {3, "disk"}, {5, "disk"}, {6, "raid"}}) {
    CAPTURE(step);
    const auto page =
        read(past.get("/api/v1/at/hosts", {{"time", Past::text(step)}}), host_page_from_json);
    REQUIRE(page.hosts.size() == 4);
    CHECK(page.hosts[0].check.empty());
    CHECK(page.hosts[2].check == check);
    CHECK(page.hosts[3].check.empty());
    CHECK(page.hosts[3].state == "failing");
    const auto host = read(past.get("/api/v1/at/hosts/host-2", {{"time", Past::text(step)}}),
                           host_then_from_json);
    CHECK(host.name == "host-2");
    CHECK(host.slot == 2);
    CHECK(host.state == (step < 3 ? "healthy" : "failing"));
    CHECK(host.check == check);
    CHECK(host.time == Past::text(step));
    CHECK(host.generation.starts_with("00000007"));
  }
}

TEST_CASE("one host of a moment is refused for what is no name, no host, and no moment") {
  const Past past;
  struct Row {
    const char* name;
    std::string time;
    unsigned status;
    const char* words;
  };
  for (const Row& row : {Row{"host-9", Past::text(3), 404, "no host is known to have been"},
                         Row{"host%20", Past::text(3), 400, "not a host name"},
                         Row{"host-2", "yesterday", 400, "time: must be a moment"},
                         Row{"host-2", Past::text(-9), 404, "what is stored begins at"}}) {
    CAPTURE(row.name);
    const ApiResponse response =
        past.get(std::string("/api/v1/at/hosts/") + row.name, {{"time", row.time}});
    CHECK(response.status == row.status);
    CHECK(response.body.find(row.words) != std::string::npos);
  }
}

TEST_CASE("a host's spans and a diff's changes name the check") {
  const Past past;
  const auto history = read(
      past.get("/api/v1/hosts/host-2/history", {{"from", Past::text(0)}, {"to", Past::text(9)}}),
      host_history_from_json);
  REQUIRE(history.spans.size() == 2);
  CHECK(history.spans[0].check.empty());
  CHECK(history.spans[1].state == "failing");
  CHECK(history.spans[1].check == "disk");
  const auto diff = read(past.get("/api/v1/diff", {{"from", Past::text(1)}, {"to", Past::text(7)}}),
                         diff_from_json);
  REQUIRE(diff.changes.size() == 1);
  CHECK(diff.changes[0].check_before.empty());
  CHECK(diff.changes[0].check_after == "raid");
  const auto back = read(past.get("/api/v1/diff", {{"from", Past::text(4)}}), diff_from_json);
  CHECK(back.changes.empty());  // Another check alone is no change.
}

TEST_CASE("where no causes are stored, no check is named") {
  const Past past(false);
  const auto page =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(4)}}), host_page_from_json);
  REQUIRE(page.hosts.size() == 4);
  CHECK(page.hosts[2].state == "failing");
  CHECK(page.hosts[2].check.empty());
  const auto history = read(
      past.get("/api/v1/hosts/host-2/history", {{"from", Past::text(0)}, {"to", Past::text(9)}}),
      host_history_from_json);
  for (const SpanAnswer& span : history.spans) CHECK(span.check.empty());
}

TEST_CASE("a name that has a place now, and is not stored yet, is told from then on") {
  Past past;
  past.host_table().cause_names().restore(5, {CheckName{"fresh"}, 7, 5, kFirstWall});
  for (const auto& [step, check] :
       std::vector<std::pair<int, std::string>>{{3, "disk"}, {4, "fresh"}}) {
    CAPTURE(step);
    const auto host = read(past.get("/api/v1/at/hosts/host-2", {{"time", Past::text(step)}}),
                           host_then_from_json);
    CHECK(host.check == check);
  }
}

TEST_CASE("the collector's work over time is rates, which the fleet's state does not move") {
  const Past past;
  const auto history =
      read(past.get("/api/v1/collector/history",
                    {{"from", Past::text(0)}, {"to", Past::text(10)}, {"points", "2"}}),
           collector_history_from_json);
  CHECK(history.step_seconds == 10);
  CHECK(history.bucket_seconds == 50);
  REQUIRE(history.points.size() == 2);
  for (const CollectorPointAnswer& point : history.points) {
    CHECK(point.steps == 5);
    CHECK(point.starts == 0);
    REQUIRE(point.datagrams_per_second);
    CHECK(*point.datagrams_per_second == doctest::Approx(100));
    CHECK(*point.bytes_per_second == doctest::Approx(56'000));
    CHECK(*point.published_bytes_per_second == doctest::Approx(2000));
    CHECK(*point.processor_share == doctest::Approx(0.01));
    CHECK(*point.tick_share == doctest::Approx(0.001));
    CHECK(*point.worst_tick_seconds == doctest::Approx(0.004));
  }
  CHECK(history.points[0].seconds == doctest::Approx(40));
  CHECK(history.points[1].seconds == doctest::Approx(50));
  CHECK(past.get("/api/v1/collector/history", {{"from", "then"}}).status == 400);
  CHECK(past.get("/api/v1/collector/history", {{"from", Past::text(0)}, {"points", "0"}}).status ==
        400);
}

}  // namespace flatline
