// A follower, in time that the test turns: each change once, none made up, whatever happens to the
// collector meanwhile, and as few questions when all changes as when nothing does.

#include "tools/cli/follower.h"

#include <doctest/doctest.h>

#include <optional>
#include <utility>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "tests/tools/cli/drawn_slots.h"

namespace flatline::cli {
namespace {

using Words = std::vector<std::string>;

/// A collector that answers as the test says, and counts what it is asked.
class Scripted final : public FollowSource {
 public:
  SlotsAnswer slots() override {
    ++asked;
    if (is_away) throw Failure("away");
    return view;
  }
  SlotsAnswer slots_at(WallTime time) override {
    ++asked;
    const auto found = steps.find(time);
    if (found == steps.end()) throw Failure("no step");
    return found->second;
  }
  EventsAnswer events(WallTime from, WallTime to, const std::string& after) override {
    ++asked;
    asked_from = from;
    asked_to = to;
    if (pages.empty()) throw Failure("nothing is stored");
    CHECK(after == (page_number == 0 ? "" : pages.at(page_number - 1).next));
    return pages.at(page_number++);
  }
  NamesAnswer names(std::uint32_t) override {
    ++asked;
    ++asked_names;
    return named;
  }

  SlotsAnswer view;
  NamesAnswer named;
  std::map<WallTime, SlotsAnswer> steps;
  std::vector<EventsAnswer> pages;
  std::size_t page_number = 0;
  WallTime asked_from{};
  WallTime asked_to{};
  bool is_away = false;
  int asked = 0;
  int asked_names = 0;
};

/// A follower of a scripted collector, and what it has told since it was asked last.
struct Stand {
  explicit Stand(std::string_view hosts) {
    source.view = drawn(hosts, 10);
    source.named = drawn_names(hosts);
  }
  void begin(std::optional<WallTime> since = std::nullopt, std::size_t lines = kEventLines) {
    follower.emplace(
        source, lines, since, [this](const EventAnswer& event) { told.push_back(words_of(event)); },
        [this](const std::string& text) { warned.push_back(text); });
  }
  Words poll(const SlotsAnswer& next) {
    source.view = next;
    follower->poll();
    return std::exchange(told, {});
  }

  Scripted source;
  std::optional<Follower> follower;
  Words told;
  Words warned;
};

EventAnswer stored(const char* name) {
  EventAnswer event{"2023-11-14T22:13:40.000Z", "changed", name, 1, "healthy", "silent"};
  return event;
}

EventsAnswer page(WallTime from, WallTime to, std::vector<EventAnswer> events,
                  const std::string& next = "") {
  return {format_rfc3339(from), format_rfc3339(to), 10, next, std::move(events), ""};
}

WallTime time_of(std::uint64_t tick) {
  return drawn("", tick).header.time;
}

}  // namespace

TEST_CASE("each change is told once, at the tick that shows it") {
  Stand stand("hhh");
  stand.begin();
  CHECK(stand.told.empty());
  CHECK(stand.poll(drawn("hhh", 11)).empty());
  CHECK(stand.poll(drawn("hfh", 12)) == Words{"changed web-1 healthy>failing:disk"});
  CHECK(stand.poll(drawn("hfh", 12)).empty());  // The same view again.
  CHECK(stand.poll(drawn("hhh", 13)) == Words{"changed web-1 failing:disk>healthy"});
  CHECK(stand.poll(drawn("hhs", 15)) == Words{"changed web-2 healthy>silent"});
}

TEST_CASE("a poll asks once, and once more for names while hosts come and go, whatever changes") {
  Stand stand("hhhh");
  stand.begin();
  const auto cost = [&](const SlotsAnswer& next) {
    stand.source.asked = 0;
    (void)stand.poll(next);
    return stand.source.asked;
  };
  CHECK(cost(drawn("hhhh", 11)) == 1);
  CHECK(cost(drawn("ssss", 12)) == 1);
  CHECK(cost(drawn("ffff", 13)) == 1);
  CHECK(cost(drawn("ffff", 14, 2)) == 2);
  CHECK(cost(drawn("hhhh", 15, 2)) == 1);
}

TEST_CASE("hosts that come and go have their names, and so has who took another's slot") {
  Stand stand("hhh");
  stand.begin();
  stand.source.named = drawn_names("h.hh", {{2, "db-1"}});
  CHECK(stand.poll(drawn("h.hh", 11, 5)) == Words{"went web-1 healthy>", "went web-2 healthy>",
                                                  "came db-1 >healthy", "came web-3 >healthy"});
  stand.source.named = drawn_names("hhhh", {{1, "db-9"}, {2, "db-1"}});
  CHECK(stand.poll(drawn("hfhh", 12, 6)) == Words{"came db-9 >failing:disk"});
  CHECK(stand.poll(drawn("hhhh", 13, 6)) == Words{"changed db-9 failing:disk>healthy"});
}

TEST_CASE("where names cannot be fetched nothing is told, and all of it at the next poll") {
  Stand stand("hh");
  stand.begin();
  SUBCASE("the collector is away for a moment") {
    stand.source.is_away = true;
    CHECK_THROWS_AS(stand.follower->poll(), Failure);
    stand.source.is_away = false;
    CHECK(stand.poll(drawn("hs", 12)) == Words{"changed web-1 healthy>silent"});
  }
}

TEST_CASE("what was missed is told from stored steps, without a hole and nothing twice") {
  Stand stand("hhhh");
  stand.begin();
  Scripted& source = stand.source;
  source.steps[time_of(20)] = drawn("fhhh", 20);
  source.steps[time_of(40)] = drawn("fhsh", 40);
  source.pages = {page(time_of(20), time_of(30), {stored("web-7")}, "3-1"),
                  page(time_of(30), time_of(40), {stored("web-8")})};
  CHECK(stand.poll(drawn("fhss", 45)) ==
        Words{"missed", "changed web-0 healthy>failing:disk", "changed web-7 healthy>silent",
              "changed web-8 healthy>silent", "changed web-3 healthy>silent"});
  CHECK(source.asked_from == time_of(10));
  CHECK(source.asked_to == time_of(45));
  CHECK(stand.warned.empty());
}

TEST_CASE("so it is over a restart of the collector, which is told") {
  Stand stand("hh");
  stand.begin();
  Scripted& source = stand.source;
  source.pages = {EventsAnswer{}};  // No step lies between.
  CHECK(stand.poll(drawn("hf", 1, 1, 8)) ==
        Words{"missed", "started", "changed web-1 healthy>failing:disk"});
  source.page_number = 0;
  CHECK(stand.poll(drawn("hf", 2, 1, 8)).empty());
}

TEST_CASE("where what was missed cannot be told, that is said, and following goes on") {
  Stand stand("hh");
  stand.begin();
  CHECK(stand.poll(drawn("hf", 90)) == Words{"missed", "changed web-1 healthy>failing:disk"});
  REQUIRE(stand.warned.size() == 1);
  CHECK(stand.warned[0].find("is not known: nothing is stored") != std::string::npos);
  SlotsAnswer before = drawn("hh", 200);
  before.header.time = time_of(1);  // The clock was set back: nothing is asked of a time to come.
  stand.source.asked = 0;
  CHECK(stand.poll(before) == Words{"missed", "changed web-1 failing:disk>healthy"});
  CHECK(stand.source.asked == 1);
}

TEST_CASE("a few ticks that were not seen are no cut") {
  for (const std::uint64_t missed : {kFollowedTicks, kFollowedTicks + 1}) {
    Stand stand("h");
    stand.begin();
    const Words told = stand.poll(drawn("h", 10 + missed));
    CHECK(told == (missed > kFollowedTicks ? Words{"missed"} : Words{}));
  }
}

TEST_CASE("with a begin in the past, it tells that first, and goes on from there") {
  Stand stand("hhf");
  stand.source.pages = {page(time_of(1), time_of(5), {stored("web-1")})};
  stand.source.steps[time_of(5)] = drawn("hsh", 5);
  stand.begin(time_of(0));
  CHECK(stand.told == Words{"changed web-1 healthy>silent", "changed web-1 silent>healthy",
                            "changed web-2 healthy>failing:disk"});
  stand.told.clear();
  CHECK(stand.poll(drawn("hhf", 11)).empty());
  Stand without("h");
  without.source.pages = {EventsAnswer{}};
  without.begin(time_of(0));
  CHECK(without.told.empty());
  CHECK(without.poll(drawn("s", 11)) == Words{"changed web-0 healthy>silent"});
}

TEST_CASE("where the past cannot be read, that is said, and it begins with now") {
  Stand stand("hh");
  stand.begin(time_of(0));
  CHECK(stand.told.empty());
  REQUIRE(stand.warned.size() == 1);
  CHECK(stand.warned[0] == "what happened before is not known: nothing is stored");
  CHECK(stand.poll(drawn("hs", 11)) == Words{"changed web-1 healthy>silent"});
}

TEST_CASE("a collector that has another number of slots now is followed from there on") {
  Stand stand("hh");
  stand.begin();
  CHECK(stand.poll(drawn("ff", 1, 1, 8, 128)) == Words{"started"});
  CHECK(stand.warned.size() == 1);
  CHECK(stand.poll(drawn("fh", 2, 1, 8, 128)) == Words{"changed web-1 failing:disk>healthy"});
}

TEST_CASE("a moment has no more lines than are asked for, and the next poll is due with the tick") {
  Stand stand(std::string(64, 'h'));
  stand.begin(std::nullopt, 2);
  CHECK(stand.poll(drawn(std::string(64, 's'), 11)) ==
        Words{"changed 64 hosts healthy>silent web-[0-63]"});
  CHECK(stand.follower->until_next() == Milliseconds{750} + kFollowMargin);
  SlotsAnswer late = drawn(std::string(64, 's'), 12);
  late.header.age_ms = 5000;
  (void)stand.poll(late);
  CHECK(stand.follower->until_next() == Milliseconds{250});
}

}  // namespace flatline::cli
