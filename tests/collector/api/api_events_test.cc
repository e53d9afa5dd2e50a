// The events of the past, step by step, and all slots of a view: what each tells, in which order,
// how a list goes on from page to page, and how much a page may cost.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/registry.h"
#include "schema/answers/event_json.h"
#include "schema/answers/slots_answer.h"
#include "schema/answers/view_json.h"
#include "schema/program/wall_time.h"
#include "tests/collector/api/past_stand.h"
#include "tests/collector/journal/views.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr std::uint8_t kDisk = 5;  ///< The place of a check's name among the causes.

/// Ten hosts and the steps 0 to 10, ten seconds apart; steps 5 and 6 were not stored.
///   3  host-2 fails, by its disk; host-3 warns
///   4  host-3 is well again
///   7  the collector has started anew, and is warming; host-4 is silent
///   8  it is warming no longer
///   9  host-9 has gone, and host-10 has its slot
///  10  there is panic
class Events : PastStand {
 public:
  Events() {
    {
      Registry registry(folder_ / kRegistryFile, kPastCapacity, kFirstWall);
      std::vector<SlotChange> come;
      for (std::uint32_t slot = 0; slot < 10; ++slot) come.push_back({slot, host(slot, slot)});
      registry.store(come, kFirstWall);
      const std::vector<SlotChange> change = {{9, host(9, 10)}};
      registry.store(change, time(9));
    }
    host_table_.cause_names().write(kDisk, {CheckName("disk"), 7, 0, kFirstWall});
    HistoryMaker maker(folder_.path(), shape_);
    while (!maker.advance()) {
    }
    HistoryRing ring(folder_ / kHistoryFile, shape_);
    for (int step = 0; step <= 10; ++step) {
      View& view = ticker_.view;
      view.causes[2] = step >= 3 ? kDisk : kNoCause;
      ticker_.set([&](std::uint32_t slot) { return planes(step, slot); });
      view.head.generation = (std::uint64_t{step < 7 ? 7U : 8U} << 32) + (step < 9 ? 1 : 2);
      view.head.flags = step == 7    ? flag_bit(Flag::kWarming)
                        : step == 10 ? flag_bit(Flag::kPanic)
                                     : 0;
      if (step != 5 && step != 6) ring.write(shape_.number_at(ticker_.wall()), view);
      if (step < 10) ticker_.pass(10s);
    }
    ticker_.board.publish(ticker_.view);
    now_ = ticker_.wall() + 1s;
  }

  static WallTime time(int step) { return kFirstWall + step * 10s; }
  static std::string text(int step) { return format_rfc3339(time(step)); }

  [[nodiscard]] ApiResponse get(const std::string& path,
                                std::map<std::string, std::string> query) const {
    return ask(path, std::move(query), now_);
  }
  [[nodiscard]] EventsAnswer events(std::map<std::string, std::string> query) const {
    query.try_emplace("from", text(0));
    return read(get("/api/v1/events", std::move(query)), events_from_json);
  }
  [[nodiscard]] double price(const char* filter) const {
    const ApiRequest request =
        request_of("/api/v1/events", {{"from", text(0)}, {"filter", filter}});
    return handler_.answer(request, {kFirstInstant, now_}).price;
  }
  /// Lets nobody have stored anything for an hour, in place of a second.
  void wait_an_hour() { now_ += 1h; }
  void label(std::uint32_t slot, const char* labels) {
    HostRecord record;
    record.agent_id = host(slot, slot).agent_id;
    record.name = host(slot, slot).name;
    record.labels = Labels(labels);
    record.generation = std::uint64_t{7} << 32;
    record.registered = true;
    host_table_.write(slot, record);
  }

 private:
  static std::uint8_t planes(int step, std::uint32_t slot) {
    if (slot >= 10) return 0;
    if (slot == 2 && step >= 3) return failing_planes();
    if (slot == 3 && step == 3) return healthy_planes() | plane_bit(Plane::kWarning);
    if (slot == 4 && step >= 7) return silent_planes();
    return healthy_planes();
  }
  static RestoredHost host(std::uint32_t slot, unsigned number) {
    const std::string name = "host-" + std::to_string(number);
    return {slot, agent_id_of(fixed_key().fleet, name), HostName{name},
            number == 10 ? time(9) : kFirstWall, 1s};
  }

  HistoryShape shape_{kPastCapacity, 1000, 10s, false, true};
  WallTime now_{};
};

/// An event in a few words: `2-3 changed host-2 healthy>failing:disk`, with the numbers of its
/// steps.
std::string words_of(const EventAnswer& event) {
  const auto step = [](const std::string& time) {
    const auto at = parse_rfc3339(time);
    REQUIRE(at);
    return (*at - kFirstWall).count() / 10'000;
  };
  std::string words = fmt::format("{}-{} {}", step(event.from), step(event.time), event.kind);
  if (event.slot) words += " " + (event.name.empty() ? "?" : event.name) + " ";
  if (!event.before.empty()) words += event.before;
  if (!event.check_before.empty()) words += ":" + event.check_before;
  if (event.slot) words += ">" + event.after;
  if (!event.check_after.empty()) words += ":" + event.check_after;
  for (const std::string& bit : event.beside) words += " " + bit;
  return words;
}

using Words = std::vector<std::string>;

Words words_of(const EventsAnswer& answer) {
  Words words;
  for (const EventAnswer& event : answer.events) words.push_back(words_of(event));
  return words;
}

const Words kAll = {"2-3 changed host-2 healthy>failing:disk",
                    "2-3 changed host-3 healthy>healthy +warning",
                    "3-4 changed host-3 healthy>healthy -warning",
                    "5-7 gap",
                    "4-7 started",
                    "4-7 flags +warming",
                    "4-7 changed host-4 healthy>silent",
                    "7-8 flags -warming",
                    "8-9 came host-10 >healthy",
                    "8-9 went host-9 healthy>",
                    "9-10 flags +panic"};

}  // namespace

TEST_CASE("events are told step by step: who changed, gaps, starts of the collector, and flags") {
  const Events past;
  const EventsAnswer all = past.events({});
  CHECK(words_of(all) == kAll);
  CHECK(all.from == Events::text(0));
  CHECK(all.to == Events::text(10));
  CHECK(all.step_seconds == 10);
  CHECK(all.next == "");
  CHECK(all.events[0].slot == 2);
  CHECK_FALSE(all.events[3].slot);
}

TEST_CASE("events of a stretch compare the steps within it, both ends included") {
  const Events past;
  struct Row {
    WallTime from;
    WallTime to;
    Words words;
  };
  const Row rows[] = {
      {Events::time(2), Events::time(3), {kAll[0], kAll[1]}},
      {Events::time(2) + 1ms, Events::time(3), {}},  // One step alone is compared with none.
      {Events::time(3), Events::time(4), {kAll[2]}},
      {Events::time(4), Events::time(7), {kAll[3], kAll[4], kAll[5], kAll[6]}},
      {Events::time(5), Events::time(7), {"5-7 gap"}},  // Nothing is known of before the gap.
      {Events::time(4), Events::time(6), {"5-6 gap"}},
      {Events::time(5), Events::time(6), {"5-6 gap"}},
      {kFirstWall - 30s, Events::time(1), {"-3-0 gap"}},
      {kFirstWall - 15s, Events::time(1), {}},  // That is within the reach of a step.
  };
  for (const Row& row : rows) {
    CAPTURE(format_rfc3339(row.from));
    CAPTURE(format_rfc3339(row.to));
    CHECK(words_of(past.events(
              {{"from", format_rfc3339(row.from)}, {"to", format_rfc3339(row.to)}})) == row.words);
  }
}

TEST_CASE("events go on from page to page, however small, each once") {
  const Events past;
  for (const unsigned limit : {1U, 2U, 3U, 5U, 11U}) {
    CAPTURE(limit);
    Words words;
    std::string after;
    for (int pages = 0; pages < 40; ++pages) {
      std::map<std::string, std::string> query = {{"limit", std::to_string(limit)}};
      if (!after.empty()) query["after"] = after;
      const EventsAnswer page = past.events(query);
      CHECK(page.events.size() <= limit);
      const Words more = words_of(page);
      words.insert(words.end(), more.begin(), more.end());
      CHECK((page.next.empty() || page.next != after));
      after = page.next;
      if (after.empty()) break;
    }
    CHECK(words == kAll);
  }
}

TEST_CASE("an hour without a step is one gap, also where pages go through less at once") {
  Events past;
  past.wait_an_hour();
  const EventsAnswer first = past.events({{"from", Events::text(9)}});
  CHECK(words_of(first) == Words{"9-10 flags +panic"});
  CHECK(words_of(past.events({{"from", Events::text(9)}, {"after", first.next}})) ==
        Words{"11-370 gap"});
  CHECK(words_of(past.events({{"from", Events::text(10)}})) == Words{"11-370 gap"});
  const EventsAnswer full = past.events({{"from", Events::text(9)}, {"limit", "1"}});
  CHECK(words_of(full) == Words{"9-10 flags +panic"});
  const EventsAnswer rest = past.events({{"from", Events::text(9)}, {"after", full.next}});
  CHECK(words_of(rest) == Words{"11-370 gap"});
  // A page whose step was overwritten goes on with those that are left.
  const auto number = (kFirstWall - 30s).time_since_epoch() / 10s;
  CHECK(words_of(past.events({{"after", fmt::format("{}-3", number)}, {"limit", "2"}})) ==
        Words{"-3-0 gap", kAll[0]});
}

TEST_CASE("events are told of hosts that match before or after, with what is about no host") {
  Events past;
  past.label(2, "role=db");
  const auto about_hosts = [&](const char* filter) {
    Words words;
    for (const EventAnswer& event : past.events({{"filter", filter}}).events) {
      if (event.slot) words.push_back(words_of(event));
    }
    return words;
  };
  CHECK(about_hosts("failing") == Words{kAll[0]});
  CHECK(about_hosts("silent") == Words{kAll[6]});
  CHECK(about_hosts("warning") == Words{kAll[1], kAll[2]});
  CHECK(about_hosts("name=host-9 | name=host-10") == Words{kAll[8], kAll[9]});
  CHECK(about_hosts("role=db") == Words{kAll[0]});
  CHECK(about_hosts("drained").empty());
  CHECK(past.events({{"filter", "drained"}}).events.size() == 5);
  CHECK(past.events({{"filter", "role=db"}}).note.starts_with("labels are those of today"));
  CHECK(past.price("") == kEventsPrice - 1);
  CHECK(past.price("role=db") == kEventsPrice - 1 + kFilterPrice - 1);
}

TEST_CASE("a request for events that is not of its form is refused with what would be right") {
  const Events past;
  struct Row {
    std::map<std::string, std::string> query;
    const char* said;
  };
  const Row rows[] = {
      {{}, "from: must be a moment"},
      {{{"from", "noon"}}, "from: must be a moment"},
      {{{"from", Events::text(1)}, {"to", "noon"}}, "to: must be a moment"},
      {{{"from", Events::text(1)}, {"to", Events::text(1)}}, "is not before"},
      {{{"from", Events::text(1)}, {"limit", "0"}}, "limit: must be 1 to 1000"},
      {{{"from", Events::text(1)}, {"after", "7"}}, "after: must be the `next`"},
      {{{"from", Events::text(1)}, {"after", "9-x"}}, "after: must be the `next`"},
      {{{"from", Events::text(1)}, {"after", "9999999999999-0"}}, "after: must be the `next`"},
      {{{"from", Events::text(1)}, {"filter", "check:disk"}}, "check: can be asked of now"},
  };
  for (const Row& row : rows) {
    const ApiResponse refused = past.get("/api/v1/events", row.query);
    CAPTURE(refused.body);
    CHECK(refused.status == 400);
    CHECK(refused.body.find(row.said) != std::string::npos);
  }
}

TEST_CASE("all slots of a view are planes, who matches, causes and their checks' names") {
  Events past;
  past.label(4, "role=db");
  const auto slots = decode_slots(past.get("/api/v1/slots", {}).body);
  REQUIRE(slots);
  CHECK(slots->header.capacity == kPastCapacity);
  CHECK(slots->header.flags == flag_bit(Flag::kPanic));
  CHECK(slots->header.generation == (std::uint64_t{8} << 32) + 2);
  CHECK(slots->header.time == Events::time(10));
  CHECK(slots->header.tick_ms == 1000);
  CHECK(slots->plane(Plane::kHealthy)[0] == 0b11'1110'1011);
  CHECK(slots->plane(Plane::kReporting)[0] == 0b11'1110'1111);
  CHECK(slots->matches()[0] == 0b11'1111'1111);
  CHECK(slots->causes[2] == kDisk);
  CHECK(slots->names[kDisk].view() == "disk");
  CHECK(slots->names[kDisk + 1].empty());
  const auto failing = decode_slots(past.get("/api/v1/slots", {{"filter", "failing"}}).body);
  REQUIRE(failing);
  CHECK(failing->matches()[0] == 0b100);
  CHECK(failing->plane(Plane::kHealthy)[0] == 0b11'1110'1011);  // The planes stay whole.
  CHECK(past.get("/api/v1/slots", {{"filter", "failng"}}).status == 400);
}

TEST_CASE("all slots of a moment are answered alike") {
  const Events past;
  const auto then = decode_slots(past.get("/api/v1/at/slots", {{"time", Events::text(3)}}).body);
  REQUIRE(then);
  CHECK(then->header.time == Events::time(3));
  CHECK(then->header.generation == (std::uint64_t{7} << 32) + 1);
  CHECK(then->header.age_ms == 71'000);
  CHECK(then->header.tick_ms == 10'000);
  CHECK(then->plane(Plane::kWarning)[0] == 0b1000);
  CHECK(then->causes[2] == kDisk);
  CHECK(then->names[kDisk].view() == "disk");
  const auto named = decode_slots(
      past.get("/api/v1/at/slots", {{"time", Events::text(3)}, {"filter", "name=host-7"}}).body);
  REQUIRE(named);
  CHECK(named->matches()[0] == 0b1000'0000);
  CHECK(past.get("/api/v1/at/slots", {{"time", Events::text(6)}}).status == 404);
  CHECK(past.get("/api/v1/at/slots", {}).status == 400);
}

}  // namespace flatline
