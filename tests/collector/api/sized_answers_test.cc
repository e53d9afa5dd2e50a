// What a page asks for at every tick has the same bytes, whatever became of the fleet.

#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "schema/answer_limits.h"
#include "tests/collector/api/operated.h"

namespace flatline {
namespace {

using namespace test;

constexpr unsigned kRack = 20;

/// A fleet of a rack of hosts beside web-1, which a page watches.
struct Watched : Operated {
  Watched() {
    for (unsigned i = 0; i < kRack; ++i) rack.emplace_back(fmt::format("rack-{}", i));
    say(CheckState::kOk, "");
  }

  void say(CheckState state, std::string_view message) {
    fleet.pass(1s);
    for (Host& host : rack) {
      host.snapshot.states[0] = state;
      host.snapshot.page = {0, state, 0, CheckName{"disk"}, Message{message}};
      REQUIRE(fleet.hear(host) == Outcome::kAccepted);
    }
  }

  /// The bytes of each answer.
  std::map<std::string, std::size_t> sizes() {
    board.publish(fleet.tick());
    std::map<std::string, std::size_t> found;
    for (const auto& [path, query] :
         std::vector<std::pair<std::string, std::map<std::string, std::string>>>{
             {"/api/v1/summary", {}},
             {"/api/v1/bitmap", {}},
             {"/api/v1/bitmap", {{"plane", "registered"}, {"filter", "failing"}}},
             {"/api/v1/hosts", {{"slots", "0,1,2,3,4,5,6,7,63"}}},
             {"/api/v1/hosts/rack-3", {}}}) {
      ApiRequest asked = request("GET", path);
      asked.query = query;
      const ApiResponse response = ask(asked);
      REQUIRE(response.status == 200);
      found[path + (query.contains("plane") ? "?" : "")] = response.body.size();
    }
    return found;
  }

  std::vector<Host> rack;
};

}  // namespace

TEST_CASE("all that is asked for at every tick has the same bytes, whatever became of the fleet") {
  Watched page;
  const auto healthy = page.sizes();
  CHECK(healthy.at("/api/v1/summary") == kSummaryBytes);
  CHECK(healthy.at("/api/v1/hosts/rack-3") == kHostBytes);
  CHECK(healthy.at("/api/v1/hosts") == kPageHeadBytes + 9 * kRowInSightBytes);
  const std::string longest(kMessageBytes, '"');
  const std::vector<std::pair<const char*, std::function<void()>>> fates = {
      {"failing", [&] { page.say(CheckState::kCritical, longest); }},
      {"drained",
       [&] {
         done(page.change(
             "POST", "/api/v1/hosts/rack-3/drain",
             fmt::format(R"({{"for":"2h","why":"{}","by":"ana"}})", std::string(kWhyBytes, 'w'))));
       }},
      {"frozen",
       [&] { done(page.change("POST", "/api/v1/freeze", R"({"for":"2h","why":"failover"})")); }},
      {"degraded",
       [&] {
         page.storage.degraded = true;
         page.storage.reason = "the disk has not answered for 3 s";
       }},
      {"silent", [&] { page.fleet.pass(60s); }},
  };
  for (const auto& [fate, befall] : fates) {
    CAPTURE(fate);
    befall();
    const auto now = page.sizes();
    for (const auto& [path, bytes] : healthy) {
      CAPTURE(path);
      CHECK(now.at(path) == bytes);
    }
  }
  CHECK(page.summary().silent == kRack + 1);
}

}  // namespace flatline
