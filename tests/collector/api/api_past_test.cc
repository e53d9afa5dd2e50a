// The routes about the past, asked with a real registry and a real history: each answer, each gap,
// and every way to be refused.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "collector/fleet/sweep.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/registry.h"
#include "schema/answers/bitmap_answer.h"
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
const HistoryShape kShape{kCapacity, 100, 10s};

/// A past of ten hosts and the steps 0 to 9, ten seconds apart; steps 5 and 6 were not stored.
/// host-2 fails from step 3 on. At step 8 host-9 has gone and host-10 has its slot. With an
/// inventory, host-3 is expected up to step 2, then missing, and heard from step 7 on.
class Past : PastStand {
 public:
  enum class Inventory { kNone, kOneHost };
  explicit Past(Inventory inventory = Inventory::kNone) {
    {
      Registry registry(folder_ / kRegistryFile, kCapacity, kFirstWall);
      std::vector<SlotChange> come;
      for (std::uint32_t slot = 0; slot < 10; ++slot) come.push_back({slot, host(slot, slot)});
      registry.store(come, kFirstWall);
      const std::vector<SlotChange> change = {{9, host(9, 10)}};
      registry.store(change, time(8));
    }
    HistoryMaker maker(folder_.path(), kShape);
    while (!maker.advance()) {
    }
    HistoryRing ring(folder_ / kHistoryFile, kShape);
    for (int step = 0; step < 10; ++step) {
      ticker_.set([&](std::uint32_t slot) {
        if (slot >= 10) return std::uint8_t{0};
        if (slot == 3 && step < 7 && inventory == Inventory::kOneHost) {
          return static_cast<std::uint8_t>(plane_bit(Plane::kRegistered) |
                                           plane_bit(Plane::kConflict) |
                                           (step >= 3 ? plane_bit(Plane::kKnown) : 0));
        }
        return slot == 2 && step >= 3 ? failing_planes() : healthy_planes();
      });
      ticker_.view.head.counts = count_planes(ticker_.view);
      if (step != 5 && step != 6) ring.write(kShape.number_at(ticker_.wall()), ticker_.view);
      ticker_.pass(10s);
    }
    now_ = ticker_.wall();
  }

  /// Stores one more step three seconds after its time, as a collector does that has just started.
  void store_late(int step) {
    ticker_.pass(time(step) + 3s - ticker_.wall());
    HistoryRing ring(folder_ / kHistoryFile, kShape);
    ring.write(kShape.number_at(ticker_.wall()), ticker_.view);
    now_ = ticker_.wall() + 10s;
  }

  static WallTime time(int step) { return kFirstWall + step * 10s; }
  static std::string text(int step) { return format_rfc3339(time(step)); }

  ApiResponse get(const std::string& path, std::map<std::string, std::string> query = {}) const {
    return ask(path, std::move(query), now_);
  }
  /// What a request costs beyond itself.
  [[nodiscard]] double price(const std::string& path,
                             std::map<std::string, std::string> query) const {
    return handler_.answer(request_of(path, std::move(query)), {kFirstInstant, now_}).price;
  }
  [[nodiscard]] static std::string error_of(const ApiResponse& response) {
    return problem_from_json(response.body).value_or(ProblemAnswer{}).error;
  }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  /// Lets so many hosts come and go after the last step that the tenancy of host-9 is forgotten.
  void forget_oldest() const {
    Registry registry(folder_ / kRegistryFile, kCapacity, kFirstWall);
    for (unsigned i = 0; i < kCapacity; ++i) {
      RestoredHost passing = host(50, 100 + i);
      passing.registered_at = time(9) + Milliseconds{i};
      const std::vector<SlotChange> comes = {{50, passing}};
      const std::vector<SlotChange> goes = {{50, std::nullopt}};
      registry.store(comes, passing.registered_at);
      registry.store(goes, passing.registered_at + 1ms);
    }
  }
  /// Changes the registry as if the clock had been ahead: host-3 came an hour after the first step.
  void set_clock_back() {
    const auto later = (kFirstWall + 1h).time_since_epoch().count();
    Database(folder_ / kRegistryFile, 1000)
        .run(fmt::format("UPDATE tenancy SET registered_unix_ms = {} WHERE slot = 3", later)
                 .c_str());
    HostRecord record;
    record.agent_id = host(3, 3).agent_id;
    record.name = host(3, 3).name;
    record.registered_at = kFirstWall + 1h;
    record.generation = std::uint64_t{7} << 32;
    record.registered = true;
    host_table_.write(3, record);
  }
  /// Says which labels a host has today, and in which slot.
  void label(unsigned number, std::uint32_t slot, const char* labels) {
    HostRecord record;
    record.agent_id = host(slot, number).agent_id;
    record.name = host(slot, number).name;
    record.labels = Labels(labels);
    record.generation = std::uint64_t{7} << 32;
    record.registered = true;
    host_table_.write(slot, record);
  }

 private:
  static RestoredHost host(std::uint32_t slot, unsigned number) {
    const std::string name = "host-" + std::to_string(number);
    return {slot, agent_id_of(fixed_key().fleet, name), HostName{name},
            number == 10 ? time(8) : kFirstWall, 1s};
  }

  WallTime now_{};
};

/// Writes spans as `healthy@0 gap@5`: a state and the step from which on it held.
std::string said(const HostHistoryAnswer& answer) {
  std::string text;
  for (const SpanAnswer& span : answer.spans) {
    const auto from = parse_rfc3339(span.from);
    REQUIRE(from);
    text += fmt::format("{}@{} ", span.state, (*from - kFirstWall).count() / 10'000);
  }
  return text;
}

TEST_CASE("a moment's summary is the step's that tells of it") {
  const Past past;
  const auto calm = read(past.get("/api/v1/at", {{"time", Past::text(2)}}), summary_from_json);
  CHECK(calm.hosts == 10);
  CHECK(calm.healthy == 10);
  CHECK(calm.time == Past::text(2));
  CHECK(calm.capacity == kCapacity);
  const auto trouble = read(past.get("/api/v1/at", {{"time", format_rfc3339(Past::time(4) + 9s)}}),
                            summary_from_json);
  CHECK(trouble.time == Past::text(4));
  CHECK(trouble.healthy == 9);
  CHECK(trouble.failing == 1);
}

TEST_CASE("a moment's hosts have the names of then") {
  const Past past;
  const auto then =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(7)}}), host_page_from_json);
  REQUIRE(then.hosts.size() == 10);
  CHECK(then.hosts[9].name == "host-9");
  CHECK(then.hosts[2].state == "failing");
  const auto later =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(8)}}), host_page_from_json);
  CHECK(later.hosts[9].name == "host-10");
  const auto failing =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(8)}, {"filter", "failing"}}),
           host_page_from_json);
  REQUIRE(failing.hosts.size() == 1);
  CHECK(failing.hosts[0].name == "host-2");
  const auto first = read(past.get("/api/v1/at/hosts", {{"time", Past::text(8)}, {"limit", "4"}}),
                          host_page_from_json);
  CHECK(first.hosts.size() == 4);
  CHECK(first.total == 10);
  const auto next = read(past.get("/api/v1/at/hosts",
                                  {{"time", Past::text(8)}, {"limit", "4"}, {"after", first.next}}),
                         host_page_from_json);
  CHECK(next.hosts.front().name == "host-4");
}

TEST_CASE("a moment's hosts are found by their slots, too") {
  const Past past;
  const auto all =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(8)}}), host_page_from_json).hosts;
  REQUIRE(all.size() > 2);
  const auto ask = [&](const std::string& slots) {
    return past.get("/api/v1/at/hosts", {{"time", Past::text(8)}, {"slots", slots}});
  };
  const auto page =
      read(ask(fmt::format("{},{},127", all[2].slot, all[0].slot)), host_page_from_json);
  CHECK(page.total == 2);
  REQUIRE(page.hosts.size() == 2);
  CHECK(page.hosts[0].name == all[0].name);
  CHECK(page.hosts[1].name == all[2].name);
  CHECK(page.hosts[1].state == all[2].state);
  CHECK(ask("128").status == 400);
  CHECK(past.get("/api/v1/at/hosts", {{"time", Past::text(8)}, {"slots", "1"}, {"filter", "all"}})
            .status == 400);
}

TEST_CASE("what is not stored is not there, rather than zero") {
  const Past past;
  const std::string summary = past.get("/api/v1/at", {{"time", Past::text(4)}}).body;
  for (const char* field : {"datagrams", "receive_buffer", "storage", "notices", "collector",
                            "work", "operators", "forgotten", "uptime"}) {
    CAPTURE(field);
    CHECK(summary.find(field) == std::string::npos);
  }
  CHECK(summary.find("\"failing\":1") != std::string::npos);
  const std::string hosts = past.get("/api/v1/at/hosts", {{"time", Past::text(4)}}).body;
  CHECK(hosts.find("\"failing\"") != std::string::npos);
  CHECK(hosts.find("checks") == std::string::npos);
}

TEST_CASE("a moment's bitmap is the plane of then") {
  const Past past;
  const ApiResponse response =
      past.get("/api/v1/at/bitmap", {{"time", Past::text(3)}, {"plane", "healthy"}});
  REQUIRE(response.status == 200);
  const auto bitmap = decode_bitmap(response.body);
  REQUIRE(bitmap);
  CHECK(bitmap->header.time == Past::time(3));
  CHECK(bitmap->plane(Plane::kHealthy)[0] == 0b11'1111'1011);
}

TEST_CASE("a moment that no step tells of is refused, with the steps around it") {
  const Past past;
  struct Row {
    WallTime time;
    unsigned status;
    std::string said;
  };
  const Row rows[] = {
      {Past::time(6), 404, "nothing was stored between " + Past::text(4) + " and " + Past::text(7)},
      {Past::time(0) - 1s, 404, "what is stored begins at " + Past::text(0)},
      {Past::time(120), 400, "that is yet to come"},
  };
  for (const Row& row : rows) {
    CAPTURE(format_rfc3339(row.time));
    for (const char* path : {"/api/v1/at", "/api/v1/at/bitmap", "/api/v1/at/hosts"}) {
      const ApiResponse refused = past.get(path, {{"time", format_rfc3339(row.time)}});
      CHECK(refused.status == row.status);
      CHECK_MESSAGE(Past::error_of(refused).find(row.said) != std::string::npos,
                    Past::error_of(refused));
    }
  }
  CHECK(past.get("/api/v1/at").status == 400);
  CHECK(past.get("/api/v1/at", {{"time", "noon"}}).status == 400);
}

TEST_CASE("the steps around a gap are before and after it, also where one was stored late") {
  Past past;
  past.store_late(13);
  const auto said_of = [&](WallTime time) {
    return Past::error_of(past.get("/api/v1/at", {{"time", format_rfc3339(time)}}));
  };
  const std::string around =
      "nothing was stored between " + Past::text(9) + " and " + format_rfc3339(Past::time(13) + 3s);
  CHECK_MESSAGE(said_of(Past::time(12)).ends_with(around), said_of(Past::time(12)));
  CHECK_MESSAGE(said_of(Past::time(13) + 1s).ends_with(around), said_of(Past::time(13) + 1s));
}

TEST_CASE("what changed between two moments, and until now") {
  const Past past;
  const auto diff = read(past.get("/api/v1/diff", {{"from", Past::text(2)}, {"to", Past::text(8)}}),
                         diff_from_json);
  CHECK(diff.changed == 1);
  CHECK(diff.came == 1);
  CHECK(diff.went == 1);
  REQUIRE(diff.changes.size() == 3);
  CHECK(diff.changes[0].name == "host-2");
  CHECK(diff.changes[0].before == "healthy");
  CHECK(diff.changes[0].after == "failing");
  CHECK(diff.changes[1].kind == "came");
  CHECK(diff.changes[1].name == "host-10");
  CHECK(diff.changes[2].kind == "went");
  CHECK(diff.changes[2].name == "host-9");
  for (const CountAnswer& plane : diff.planes) {
    CAPTURE(plane.name);
    CHECK(plane.count == (plane.name == "healthy" ? 1 : 0));
  }
  const auto now = read(past.get("/api/v1/diff", {{"from", Past::text(4)}}), diff_from_json);
  CHECK(now.changed == 0);
  CHECK(now.came == 1);
  const auto page = read(
      past.get("/api/v1/diff",
               {{"from", Past::text(2)}, {"to", Past::text(8)}, {"limit", "2"}, {"after", "2"}}),
      diff_from_json);
  CHECK(page.total == 3);
  REQUIRE(page.changes.size() == 1);
  CHECK(page.changes[0].name == "host-9");
}

// --- Filters ------------------------------------------------------------------------------------

std::string names_of(const std::vector<HostRowAnswer>& hosts) {
  std::string text;
  for (const HostRowAnswer& host : hosts) text += (text.empty() ? "" : " ") + host.name;
  return text;
}

TEST_CASE("a filter of the past is about names and states of then, and labels of today") {
  Past past;
  past.label(2, 2, "role=db");
  past.label(3, 20, "role=db");  // It has another slot today.
  past.label(9, 30, "role=web");
  const auto page_at = [&](int step, const char* filter) {
    return read(past.get("/api/v1/at/hosts", {{"time", Past::text(step)}, {"filter", filter}}),
                host_page_from_json);
  };
  CHECK(names_of(page_at(4, "role=db").hosts) == "host-2 host-3");
  CHECK(page_at(4, "role=db").note.starts_with("labels are those of today"));
  CHECK(names_of(page_at(4, "role=db & failing").hosts) == "host-2");
  CHECK(names_of(page_at(2, "role=db & failing").hosts).empty());
  CHECK(names_of(page_at(4, "name=host-9 | role=web").hosts) == "host-9");
  CHECK(page_at(8, "name=host-9").total == 0);
  CHECK(names_of(page_at(8, "name=host-1?").hosts) == "host-10");
  CHECK(page_at(8, "name=host-1?").note.empty());
  CHECK(page_at(4, "!role=*").total == 7);
  const auto bitmap =
      decode_bitmap(past.get("/api/v1/at/bitmap",
                             {{"time", Past::text(4)}, {"plane", "healthy"}, {"filter", "role=db"}})
                        .body);
  REQUIRE(bitmap);
  CHECK(bitmap->plane(Plane::kHealthy)[0] == 0b1000);
}

TEST_CASE("what changed is told of hosts that match before or after") {
  Past past;
  past.label(2, 2, "role=db");
  const auto changes = [&](const char* filter) {
    const auto diff =
        read(past.get("/api/v1/diff",
                      {{"from", Past::text(2)}, {"to", Past::text(8)}, {"filter", filter}}),
             diff_from_json);
    CHECK(diff.total == diff.changes.size());
    std::string text;
    for (const HostChangeAnswer& change : diff.changes) text += change.name + " ";
    for (const CountAnswer& plane : diff.planes)
      text += plane.name == "healthy" ? std::to_string(static_cast<int>(plane.count)) : "";
    return text;
  };
  CHECK(changes("") == "host-2 host-10 host-9 1");
  CHECK(changes("failing") == "host-2 1");
  CHECK(changes("healthy & name=host-2") == "host-2 1");
  CHECK(changes("role=db") == "host-2 1");
  CHECK(changes("name=host-9") == "host-9 0");
  CHECK(changes("name=host-1*") == "host-10 0");
  CHECK(changes("silent") == "0");
  CHECK(read(past.get("/api/v1/diff", {{"from", Past::text(2)}, {"filter", "role=db"}}),
             diff_from_json)
            .note.starts_with("labels are those of today"));
}

TEST_CASE(
    "what the past does not keep is refused with its column, and texts cost more there, too") {
  const Past past;
  for (const char* path : {"/api/v1/at/hosts", "/api/v1/at/bitmap", "/api/v1/diff"}) {
    CAPTURE(path);
    const char* const moment = std::string(path) == "/api/v1/diff" ? "from" : "time";
    const auto query = [&](const char* filter) {
      return std::map<std::string, std::string>{{moment, Past::text(4)}, {"filter", filter}};
    };
    const ApiResponse refused = past.get(path, query("failing & check:disk"));
    CHECK(refused.status == 400);
    CHECK(Past::error_of(refused).starts_with("filter, character 11: check: can be asked of now"));
    CHECK(past.price(path, query("failing")) == 0);
    CHECK(past.price(path, query("role=db")) == kFilterPrice - 1);
  }
}

TEST_CASE("one host's history has its states, its gaps, and when it was not there") {
  const Past past;
  const std::map<std::string, std::string> whole = {{"from", Past::text(0)}};
  const auto failing =
      read(past.get("/api/v1/hosts/host-2/history", whole), host_history_from_json);
  CHECK(said(failing) == "healthy@0 failing@3 gap@5 failing@7 ");
  CHECK(failing.watched_seconds == 80);
  CHECK(failing.healthy_seconds == 30);
  CHECK(failing.gap_seconds == 20);
  const auto gone = read(past.get("/api/v1/hosts/host-9/history", whole), host_history_from_json);
  CHECK(said(gone) == "healthy@0 gap@5 healthy@7 absent@8 ");
  const auto came = read(past.get("/api/v1/hosts/host-10/history", whole), host_history_from_json);
  CHECK(said(came) == "absent@0 healthy@8 ");
  CHECK(past.get("/api/v1/hosts/nobody/history", whole).status == 404);
  CHECK(past.get("/api/v1/hosts/host-2/history").status == 400);
  CHECK(past.get("/api/v1/hosts/host-2/history", {{"from", Past::text(4)}, {"to", Past::text(4)}})
            .status == 400);
}

TEST_CASE("before the first step nobody watched, so that nobody is called absent then") {
  const Past past;
  const std::map<std::string, std::string> earlier = {{"from", Past::text(-3)}};
  for (const auto& [host, spans] :
       {std::pair{"host-2", "gap@-3 healthy@0 failing@3 gap@5 failing@7 "},
        std::pair{"host-9", "gap@-3 healthy@0 gap@5 healthy@7 absent@8 "},
        std::pair{"host-10", "gap@-3 absent@0 healthy@8 "}}) {
    CAPTURE(host);
    CHECK(said(read(past.get("/api/v1/hosts/" + std::string(host) + "/history", earlier),
                    host_history_from_json)) == spans);
  }
}

TEST_CASE("a host that came shortly before the first step was not absent until that step") {
  const Past past;
  const auto shortly_before = (kFirstWall - 5s).time_since_epoch().count();
  Database(past.folder() / kRegistryFile, 1000)
      .run(fmt::format("UPDATE tenancy SET registered_unix_ms = {} WHERE slot = 2", shortly_before)
               .c_str());
  CHECK(said(read(past.get("/api/v1/hosts/host-2/history", {{"from", Past::text(-3)}}),
                  host_history_from_json)) == "gap@-3 healthy@0 failing@3 gap@5 failing@7 ");
}

TEST_CASE("who is no longer remembered is nobody's name, and never taken for absent") {
  const Past past;
  past.forget_oldest();
  const auto then =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(7)}}), host_page_from_json);
  REQUIRE(then.hosts.size() == 10);
  CHECK(then.hosts[8].name == "host-8");
  CHECK(then.hosts[9].name == "");
  const auto diff = read(past.get("/api/v1/diff", {{"from", Past::text(7)}, {"to", Past::text(8)}}),
                         diff_from_json);
  CHECK(diff.unremembered == 1);
  CHECK(diff.total == 1);
  REQUIRE(diff.changes.size() == 1);
  CHECK(diff.changes[0].name == "host-10");
  CHECK(diff.changes[0].kind == "unremembered");
  CHECK(diff.changes[0].before == "");
  CHECK(diff.changes[0].after == "healthy");
  const auto history = read(past.get("/api/v1/hosts/host-10/history", {{"from", Past::text(0)}}),
                            host_history_from_json);
  CHECK(said(history) == "unremembered@0 gap@5 unremembered@7 healthy@8 ");
}

TEST_CASE("a wall clock that was set back takes no host's name or history away") {
  Past past;
  past.set_clock_back();
  const auto then =
      read(past.get("/api/v1/at/hosts", {{"time", Past::text(7)}}), host_page_from_json);
  REQUIRE(then.hosts.size() == 10);
  CHECK(then.hosts[3].name == "host-3");
  const auto history = read(past.get("/api/v1/hosts/host-3/history", {{"from", Past::text(0)}}),
                            host_history_from_json);
  CHECK(said(history) == "healthy@0 gap@5 healthy@7 ");
}

TEST_CASE("who was expected and who was missing is told of then, and is in no conflict") {
  const Past past(Past::Inventory::kOneHost);
  struct Row {
    int step;
    const char* state;
  };
  for (const Row& row : {Row{2, "expected"}, Row{4, "missing"}}) {
    CAPTURE(row.step);
    const std::string time = Past::text(row.step);
    const auto found = read(past.get("/api/v1/at/hosts", {{"time", time}, {"filter", row.state}}),
                            host_page_from_json);
    REQUIRE(found.hosts.size() == 1);
    CHECK(found.hosts[0].name == "host-3");
    CHECK(found.hosts[0].state == row.state);
    CHECK_FALSE(found.hosts[0].conflict);
    const auto all = decode_bitmap(past.get("/api/v1/at/bitmap", {{"time", time}}).body);
    REQUIRE(all);
    CHECK(all->plane(Plane::kAwaited)[0] == 0b1000);
    CHECK(all->plane(Plane::kConflict)[0] == 0);
  }
  const auto summary = read(past.get("/api/v1/at", {{"time", Past::text(4)}}), summary_from_json);
  CHECK(summary.missing == 1);
  CHECK(summary.silent == 0);
  const auto history = read(past.get("/api/v1/hosts/host-3/history", {{"from", Past::text(0)}}),
                            host_history_from_json);
  REQUIRE(history.spans.size() == 4);
  CHECK(history.spans[0].state == "expected");
  CHECK(history.spans[1].state == "missing");
  CHECK(history.spans[3].state == "healthy");
  const auto diff = read(past.get("/api/v1/diff", {{"from", Past::text(2)}, {"to", Past::text(7)}}),
                         diff_from_json);
  for (const CountAnswer& plane : diff.planes) {
    CAPTURE(plane.name);
    if (plane.name == "awaited") CHECK(plane.count == 1);
    if (plane.name == "conflict") CHECK(plane.count == 0);
  }
}

TEST_CASE("the fleet's history in as many points as asked for, the worst of each") {
  const Past past;
  const auto history = read(past.get("/api/v1/history", {{"from", Past::text(0)}, {"points", "5"}}),
                            fleet_history_from_json);
  REQUIRE(history.points.size() == 5);
  CHECK(history.bucket_seconds == 20);
  CHECK(history.points[0].healthy == 10);
  CHECK(history.points[1].healthy == 9);
  CHECK(history.points[1].steps == 2);
  CHECK(history.points[2].steps == 1);
  CHECK(history.points[2].missing == 1);
  CHECK(history.points[3].missing == 1);
  CHECK(past.get("/api/v1/history", {{"from", Past::text(0)}, {"points", "0"}}).status == 400);
  // There are never more points than steps.
  CHECK(read(past.get("/api/v1/history", {{"from", Past::text(7)}, {"points", "60"}}),
             fleet_history_from_json)
            .points.size() == 3);
}

TEST_CASE("files that cannot be read now are a 503 that names them") {
  const Past past;
  std::filesystem::remove(past.folder() / kHistoryFile);
  const ApiResponse refused = past.get("/api/v1/at", {{"time", Past::text(2)}});
  CHECK(refused.status == 503);
  CHECK(Past::error_of(refused).find(kHistoryFile) != std::string::npos);
}

}  // namespace
}  // namespace flatline
