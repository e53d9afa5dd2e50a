// What changed between two answers about all slots, who has which slot, and how much of it is told.

#include "tools/cli/report/slot_changes.h"

#include <doctest/doctest.h>

#include "schema/limits.h"
#include "tests/tools/cli/drawn_slots.h"
#include "tools/cli/report/event_fold.h"

namespace flatline::cli {
namespace {

using Words = std::vector<std::string>;
using Replaced = std::vector<SlotNames::Replaced>;

/// What tell_hosts() tells, with the names of the hosts of `after`.
Words changes(const SlotsAnswer& before, const SlotsAnswer& after, const Replaced& gone = {},
              const Replaced& replaced = {}) {
  SlotNames names(before.header.capacity);
  std::string all(before.header.capacity, 'h');
  (void)names.take(drawn_names(all));
  Words words;
  tell_hosts(before, after, {names, gone, replaced},
             [&](const EventAnswer& event) { words.push_back(words_of(event)); });
  return words;
}

std::vector<EventAnswer> folded(std::size_t lines, const std::vector<EventAnswer>& events) {
  std::vector<EventAnswer> told;
  EventFold fold(lines, [&](const EventAnswer& event) { told.push_back(event); });
  for (const EventAnswer& event : events) fold.add(event);
  fold.end();
  return told;
}

EventAnswer change(unsigned number, const std::string& after, const std::string& time = "t1") {
  EventAnswer event{time, "changed", "web-" + std::to_string(number), number, "healthy", after};
  event.from = "t0";
  return event;
}

}  // namespace

TEST_CASE("whoever differs is told once, with states, check and what stands beside") {
  CHECK(changes(drawn("hhhhhhhh", 1), drawn("hfswduem", 2)) ==
        Words{"changed web-1 healthy>failing:disk", "changed web-2 healthy>silent",
              "changed web-3 healthy>healthy +warning", "changed web-4 healthy>healthy +drained",
              "changed web-5 healthy>unknown", "changed web-6 healthy>expected",
              "changed web-7 healthy>missing"});
  CHECK(changes(drawn("fw", 1), drawn("hs", 2)) ==
        Words{"changed web-0 failing:disk>healthy", "changed web-1 healthy>silent -warning"});
  CHECK(changes(drawn("hfswduem", 1), drawn("hfswduem", 2)).empty());
}

TEST_CASE("another check alone is no change") {
  SlotsAnswer after = drawn("ff", 2);
  after.causes[1] = kDrawnDisk + 1;
  CHECK(changes(drawn("ff", 1), after).empty());
}

TEST_CASE("hosts come, go, and take one another's slots") {
  const Replaced gone = {{1, "old-1"}};
  const Replaced replaced = {{1, "other"}, {2, "old-2"}};
  CHECK(changes(drawn(".hhh", 1), drawn("h.fh", 2), gone, replaced) ==
        Words{"came web-0 >healthy", "went old-1 healthy>", "went old-2 healthy>",
              "came web-2 >failing:disk"});
  CHECK(changes(drawn("h", 1), drawn(".", 2)) == Words{"went ? healthy>"});
}

TEST_CASE("with a filter, who begins or ceases to match is told, and nobody else") {
  SlotsAnswer before = drawn("hhhh", 1);
  SlotsAnswer after = drawn("ffff", 2);
  const std::size_t match = kPlanes * before.header.capacity / 64;
  before.words[match] = 0b0011;
  after.words[match] = 0b0101;
  CHECK(changes(before, after) == Words{"changed web-0 healthy>failing:disk",
                                        "changed web-1 healthy>failing:disk",
                                        "changed web-2 healthy>failing:disk"});
  before = drawn(".h", 1);
  after = drawn("h.", 2);
  before.words[match] = after.words[match] = 0;
  CHECK(changes(before, after).empty());
}

TEST_CASE("a start of the collector and its flags are told") {
  SlotsAnswer before = drawn("h", 50);
  SlotsAnswer after = drawn("h", 1, 1, 8);
  before.header.flags = flag_bit(Flag::kBlind);
  after.header.flags = flag_bit(Flag::kWarming) | flag_bit(Flag::kPanic);
  Words words;
  const auto take = [&](const EventAnswer& event) { words.push_back(words_of(event)); };
  tell_collector(before, after, take);
  CHECK(words == Words{"started", "flags +warming +panic -blind"});
  words.clear();
  tell_collector(after, drawn("h", 2, 9, 8), take);
  CHECK(words == Words{"flags -warming -panic"});
  words.clear();
  tell_collector(drawn("h", 1), drawn("h", 2), take);
  CHECK(words.empty());
}

TEST_CASE("names are fetched page by page, once around from where a host came") {
  SlotNames names(256);
  REQUIRE(names.next_page() == 0);
  NamesAnswer page{3, 1, "", "99", {{0, "a"}, {99, "b"}}};
  CHECK(names.take(page).empty());
  REQUIRE(names.next_page() == 100);
  page = {3, 1, "", "", {{120, "c"}}};
  CHECK(names.take(page).empty());
  CHECK_FALSE(names.next_page());
  CHECK(names.name(99) == "b");
  CHECK(names.name(1).empty());

  names.fetch_again(120);
  REQUIRE(names.next_page() == 120);
  page.hosts = {{120, "d"}, {121, "e"}};
  const auto replaced = names.take(page);
  REQUIRE(replaced.size() == 1);
  CHECK(replaced[0].slot == 120);
  CHECK(replaced[0].before == "c");
  CHECK(names.name(120) == "d");
  REQUIRE(names.next_page() == 0);
  names.forget(0);
  page = {3, 1, "", "99", {{0, "f"}, {99, "b"}}};
  CHECK(names.take(page).empty());  // Who has gone was replaced by nobody.
  REQUIRE(names.next_page() == 100);
  page = {3, 1, "", "", {{120, "d"}}};
  CHECK(names.take(page).empty());
  CHECK_FALSE(names.next_page());
  names.fetch_again(256);  // No slot: from the first on.
  CHECK(names.next_page() == 0);
}

TEST_CASE("a page that makes no sense ends the round all the same") {
  for (const char* next : {"", "0", "63", "64", "4000000000", "nonsense", "-1"}) {
    CAPTURE(next);
    SlotNames names(64);
    const NamesAnswer page{1, 1, "", next, {{70, "beyond"}, {5, "a"}}};
    int pages = 0;
    while (names.next_page() && pages < 100) {
      (void)names.take(page);
      ++pages;
    }
    CHECK(pages < 100);
  }
}

TEST_CASE("up to so many events of a moment are told one by one, and of the next anew") {
  std::vector<EventAnswer> events;
  for (unsigned i = 0; i < 3; ++i) events.push_back(change(i, "failing"));
  for (unsigned i = 0; i < 3; ++i) events.push_back(change(i, "healthy", "t2"));
  CHECK(folded(3, events) == events);
}

TEST_CASE("beyond that, hosts that changed alike are one event, the most hosts first") {
  std::vector<EventAnswer> events = {{"t1", "flags"}};
  for (unsigned i = 1; i <= 3; ++i) events.push_back(change(i, "failing"));
  for (unsigned i = 11; i <= 250; ++i) events.push_back(change(i, "silent"));
  events.push_back(change(7, "unknown"));
  const auto told = folded(20, events);
  Words words;
  for (const EventAnswer& event : told) {
    CHECK(event.time == "t1");
    words.push_back(words_of(event));
  }
  CHECK(words == Words{"flags", "changed 240 hosts healthy>silent web-[11-250]",
                       "changed 3 hosts healthy>failing web-[1-3]",
                       "changed web-7 healthy>unknown"});
  CHECK(told[1].from == "t0");
  CHECK(told[3] == events.back());
}

TEST_CASE("however much changes, no more lines of a moment are told, and no more names are kept") {
  std::vector<EventAnswer> events;
  for (unsigned i = 0; i < 5000; ++i) events.push_back(change(10'000 + 2 * i, "silent"));
  for (unsigned i = 0; i < 5000; ++i) {
    events.push_back(change(i, "failing"));
    events.back().check_after = "check-" + std::to_string(i % 1500);
  }
  for (const std::size_t lines : {1U, 2U, 20U}) {
    CAPTURE(lines);
    const auto told = folded(lines, events);
    REQUIRE(told.size() == lines);
    std::uint32_t hosts = 0;
    for (const EventAnswer& event : told) hosts += event.hosts.value_or(1);
    CHECK(hosts == 10'000);
    CHECK(told.back().kind == kMoreEvent);
  }
  const auto told = folded(20, events);
  REQUIRE(!told.front().names.empty());
  CHECK(told.front().hosts == 5000);
  CHECK(told.front().names.back() == "…");
  CHECK(folded(0, events).size() == 10'000);
}

}  // namespace flatline::cli
