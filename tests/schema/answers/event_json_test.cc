#include "schema/answers/event_json.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

EventAnswer a_change() {
  EventAnswer event{"2026-11-23T03:14:05.000Z", "changed", "web-1", 0, "healthy", "failing"};
  event.beside = {"+flapping"};
  event.check_after = "disk";
  event.from = "2026-11-23T03:13:55.000Z";
  return event;
}

}  // namespace

TEST_CASE("an event is a line of JSON that has what it says and nothing else") {
  CHECK(to_json(a_change()) ==
        R"({"time":"2026-11-23T03:14:05.000Z","kind":"changed","name":"web-1","slot":0,)"
        R"("before":"healthy","after":"failing","beside":["+flapping"],"check_after":"disk",)"
        R"("from":"2026-11-23T03:13:55.000Z"})");
  EventAnswer many{"2026-11-23T03:14:05.000Z", "went"};
  many.hosts = 250;
  many.names = {"web-[001-250]"};
  CHECK(to_json(many) == R"({"time":"2026-11-23T03:14:05.000Z","kind":"went","hosts":250,)"
                         R"("names":["web-[001-250]"]})");
}

TEST_CASE(
    "events are read back as they were, and what a later collector says besides is left out") {
  EventsAnswer answer{"2026-11-23T03:00:00.000Z",
                      "2026-11-23T03:14:05.000Z",
                      10,
                      "178-3",
                      {a_change(), {"2026-11-23T03:14:05.000Z", "gap"}},
                      "a note"};
  const auto read = events_from_json(to_json(answer));
  REQUIRE(read);
  CHECK(read->from == answer.from);
  CHECK(read->to == answer.to);
  CHECK(read->step_seconds == 10);
  CHECK(read->next == "178-3");
  CHECK(read->events == answer.events);
  CHECK(read->note == "a note");
  const auto later = event_from_json(R"({"time":"x","kind":"new","slot":-1,"other":[1]})");
  REQUIRE(later);
  CHECK(later->kind == "new");
  CHECK(later->slot == 0);
  CHECK_FALSE(event_from_json("[]"));
  CHECK_FALSE(events_from_json("nonsense"));
}

}  // namespace flatline
