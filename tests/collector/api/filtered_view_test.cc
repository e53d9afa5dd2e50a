// Tests filters of the newest view over the API: what they select, where they run, what they cost,
// and how long their results are kept.

#include "collector/api/filtered_view.h"

#include <doctest/doctest.h>

#include <bit>

#include "schema/answers/bitmap_answer.h"
#include "tests/collector/api/operated.h"

namespace flatline {
namespace {

using namespace test;

/// web-1, db-1 and db-2 (which fails its disk), in two zones.
struct Labelled : Operated {
  Labelled() {
    web.snapshot.labels = Labels("role=web,zone=eu-1a");
    web.snapshot.states[0] = db.snapshot.states[0] = CheckState::kOk;
    for (Host* host : {&db, &sick}) host->snapshot.labels = Labels("role=db,zone=eu-1b");
    sick.snapshot.states[0] = CheckState::kCritical;
    sick.snapshot.page = {0, CheckState::kCritical, 0, CheckName("disk"), Message("full")};
    sick.snapshot.agent_version = 2 << 8;
    hear();
  }
  void hear() {
    fleet.now += 1s;
    for (Host* host : {&web, &db, &sick}) REQUIRE(fleet.hear(*host) == Outcome::kAccepted);
    board.publish(fleet.tick());
  }

  ApiOutcome outcome(const std::string& path, std::map<std::string, std::string> query) const {
    const ApiRequest asked{
        .method = "GET", .path = path, .query = std::move(query), .host = "127.0.0.1:4171"};
    return handler.answer(asked, {fleet.now, fleet.arrival().wall});
  }
  ApiResponse get(const std::string& path, std::map<std::string, std::string> query) const {
    const ApiRequest asked{
        .method = "GET", .path = path, .query = std::move(query), .host = "127.0.0.1:4171"};
    const ApiOutcome answered = handler.answer(asked, {fleet.now, fleet.arrival().wall});
    return answered.later ? answered.later() : answered.now;
  }
  std::string names(const std::string& filter) const {
    const auto page = host_page_from_json(get("/api/v1/hosts", {{"filter", filter}}).body);
    REQUIRE(page);
    CHECK(page->total == page->hosts.size());
    std::string text;
    for (const HostRowAnswer& host : page->hosts) text += (text.empty() ? "" : " ") + host.name;
    return text;
  }

  Host db{"db-1"};
  Host sick{"db-2"};
};

TEST_CASE("hosts are found by labels, names, checks, agents and keys") {
  const Labelled fleet;
  CHECK(fleet.names("role=db") == "db-1 db-2");
  CHECK(fleet.names("role=db & !failing") == "db-1");
  CHECK(fleet.names("zone=eu-1? & name=*-1") == "web-1 db-1");
  CHECK(fleet.names("check:disk") == "db-2");
  CHECK(fleet.names("check:disk=ok,warning") == "");
  CHECK(fleet.names("agent<0.3 & agent>=0.2") == "db-2");
  CHECK(fleet.names("key=1") == "web-1 db-1 db-2");
  CHECK(fleet.names("key=2 or (down and rack=r7)") == "");
}

TEST_CASE("a filter of planes is answered at once; one that reads more waits, and costs more") {
  const Labelled fleet;
  for (const char* path : {"/api/v1/hosts", "/api/v1/bitmap"}) {
    CAPTURE(path);
    CHECK_FALSE(fleet.outcome(path, {{"filter", "failing & !drained"}}).later);
    for (const char* filter : {"role=x", "name=x", "check:x", "agent=9", "config=9", "key=9"}) {
      CAPTURE(filter);
      const ApiOutcome slow = fleet.outcome(path, {{"filter", std::string("failing & ") + filter}});
      CHECK(slow.later);
      CHECK(slow.runs_on == RunsOn::kFilterPool);
      CHECK(slow.price == kFilterPrice - 1);
    }
    const ApiOutcome wrong = fleet.outcome(path, {{"filter", "role=db &"}});
    CHECK_FALSE(wrong.later);
    CHECK(wrong.now.status == 400);
  }
}

TEST_CASE("a large page of hosts is paid by its size before it is made, and a small one is not") {
  Labelled fleet;
  std::string slots = "0";
  for (int i = 1; i <= 117; ++i) {
    fleet.fleet.now += 1ms;
    Host host("many-" + std::to_string(i));
    REQUIRE(fleet.fleet.hear(host) == Outcome::kAccepted);
    if (i < 100) slots += ',' + std::to_string(i);
  }
  fleet.hear();
  const auto page = [&](std::map<std::string, std::string> query) {
    return fleet.outcome("/api/v1/hosts", std::move(query));
  };
  CHECK_FALSE(page({{"limit", "100"}}).later);
  CHECK_FALSE(page({{"limit", "1000"}, {"filter", "failing"}}).later);
  const ApiOutcome all = page({{"limit", "1000"}});
  CHECK(all.price == doctest::Approx(0.12));
  CHECK(all.runs_on == RunsOn::kServerThread);
  REQUIRE(all.later);
  CHECK(all.now.body.empty());
  CHECK(host_page_from_json(all.later().body).value().hosts.size() == 120);
  CHECK(page({{"limit", "110"}}).price == doctest::Approx(0.11));
  CHECK(page({{"slots", slots}}).price == 0);
  CHECK(page({{"slots", slots + ",100"}}).price == doctest::Approx(0.101));
  const ApiOutcome slow = page({{"limit", "1000"}, {"filter", "name=*"}});
  CHECK(slow.runs_on == RunsOn::kFilterPool);
  CHECK(slow.price == kFilterPrice - 1);
}

TEST_CASE("a result is kept for its tick, whoever asks in whatever spelling, and not longer") {
  Labelled fleet;
  const auto is_kept = [&](const char* filter) {
    return !fleet.outcome("/api/v1/hosts", {{"filter", filter}}).later;
  };
  CHECK_FALSE(is_kept("role=db"));
  CHECK(fleet.names("role=db") == "db-1 db-2");
  CHECK(is_kept("role=db"));
  CHECK(is_kept("( label:role = 'db' )"));
  CHECK_FALSE(is_kept("role=web"));
  CHECK(fleet.names("role=db") == "db-1 db-2");
  fleet.db.snapshot.labels = Labels("role=web");
  fleet.hear();
  CHECK_FALSE(is_kept("role=db"));
  CHECK(fleet.names("role=db") == "db-2");
}

TEST_CASE("a filter that nobody matches, by a label that nobody has, is answered with a note") {
  const Labelled fleet;
  const auto note_at = [&](const char* path, const char* filter) {
    const ApiResponse answer = fleet.get(path, {{"filter", filter}});
    CHECK(answer.status == 200);
    for (const auto& [name, value] : answer.page_headers) {
      if (name == "Flatline-Note") return value;
    }
    return std::string{};
  };
  const auto note = [&](const char* filter) {
    const std::string told = note_at("/api/v1/hosts", filter);
    for (const char* path : {"/api/v1/names", "/api/v1/rows", "/api/v1/bitmap"}) {
      CHECK(note_at(path, filter) == told);
    }
    return told;
  };
  CHECK(note("rol=db") == "no host has a label 'rol'; did you mean role?");
  CHECK(note("rol=db") == "no host has a label 'rol'; did you mean role?");  // It is kept.
  CHECK(note("rack=r7 & zone=eu-1a | rack=r8 | x=y") ==
        "no host has a label 'rack'; no host has a label 'x'");
  CHECK(note("role=dbx").empty());
  CHECK(note("role=db | rol=db").empty());
  CHECK(note("name=nobody").empty());
  CHECK(note("missing").empty());
}

TEST_CASE("as many results are kept as there are places, and the oldest makes room") {
  FilterResults results;
  const auto one = std::make_shared<const PlaneWords>(1);
  for (std::size_t i = 0; i <= kFilterResults; ++i) results.keep(std::to_string(i), 7, one);
  CHECK(results.find("0", 7) == nullptr);
  for (std::size_t i = 1; i <= kFilterResults; ++i) CHECK(results.find(std::to_string(i), 7));
  CHECK(results.find("1", 8) == nullptr);
}

TEST_CASE("a bitmap with a filter has the bits of those that match, of every plane") {
  const Labelled fleet;
  const auto bits = [&](std::map<std::string, std::string> query) {
    const auto answer = decode_bitmap(fleet.get("/api/v1/bitmap", std::move(query)).body);
    REQUIRE(answer);
    std::string text;
    for (std::size_t i = 0; i < answer->header.planes; ++i) {
      const auto plane = static_cast<Plane>(answer->header.first_plane + i);
      int set = 0;
      for (const std::uint64_t word : answer->plane(plane)) set += std::popcount(word);
      text += std::to_string(set);
    }
    return text;
  };
  CHECK(bits({}) == "333200000");
  CHECK(bits({{"filter", ""}}) == "333200000");
  CHECK(bits({{"filter", "role=db"}}) == "222100000");
  CHECK(bits({{"filter", "failing"}}) == "111000000");
  CHECK(bits({{"filter", "role=db"}, {"plane", "healthy"}}) == "1");
  CHECK(error_of(fleet.get("/api/v1/bitmap", {{"filter", "role=db"}, {"plane", "sick"}}))
            .starts_with("plane: there is no 'sick'"));
}

}  // namespace
}  // namespace flatline
