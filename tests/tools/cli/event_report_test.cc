// Events as people read them, held against a golden file.

#include "tools/cli/report/event_report.h"

#include <doctest/doctest.h>

#include "schema/limits.h"
#include "tests/tools/cli/golden.h"
#include "tools/cli/report/event_fold.h"

namespace flatline::cli {
namespace {

EventAnswer event(const std::string& kind) {
  EventAnswer event{"2026-11-23T03:14:05.123Z", kind};
  event.from = "2026-11-23T03:13:55.120Z";
  return event;
}

EventAnswer of_host(const std::string& kind, const std::string& before, const std::string& after) {
  EventAnswer told = event(kind);
  told.name = "web-1";
  told.slot = 0;
  told.before = before;
  told.after = after;
  return told;
}

std::vector<EventAnswer> every_kind() {
  std::vector<EventAnswer> events = {event(kGapEvent), event(kStartedEvent), event(kFlagsEvent),
                                     event(kMissedEvent)};
  events[2].beside = {"+panic", "-warming"};
  events.push_back(of_host("changed", "healthy", "failing"));
  events.back().check_after = "disk";
  events.push_back(of_host("changed", "failing", "silent"));
  events.back().check_before = events.back().check_after = "disk";
  events.back().beside = {"-warning"};
  events.push_back(of_host("changed", "healthy", "healthy"));
  events.back().beside = {"+drained"};
  events.push_back(of_host("came", "", "healthy"));
  events.push_back(of_host("went", "silent", ""));
  events.push_back(of_host("unremembered", "", "failing"));
  events.push_back(of_host("changed", "healthy", "missing"));
  events.back().name.clear();
  events.push_back(event("changed"));
  events.back().before = "healthy";
  events.back().after = "silent";
  events.back().hosts = 575;
  events.back().names = {"db-[001-250]", "web-[1-325]"};
  events.push_back(events.back());
  events.back().names = {std::string(300, 'x')};
  events.push_back(event(kMoreEvent));
  events.back().hosts = 12;
  events.push_back(of_host("later", "", "healthy"));  // Of a collector that knows more.
  return events;
}

}  // namespace

TEST_CASE("each kind of event is a line for people") {
  std::string text;
  for (const EventAnswer& each : every_kind()) text += event_line(each, false);
  hold("events.txt", text);
}

TEST_CASE("states have their colours where a terminal shows them") {
  CHECK(event_line(of_host("changed", "healthy", "failing"), true) ==
        "2026-11-23 03:14:05Z  web-1  \x1b[32mhealthy\x1b[0m → \x1b[31mfailing\x1b[0m\n");
}

TEST_CASE("nothing that came from the network steers a terminal, or breaks a line") {
  EventAnswer hostile = of_host("changed", "healthy\x1b[2J", "failing\n");
  hostile.time = "\x1b]0;title\a";
  hostile.name = "web\x1b[1m";
  hostile.check_after = "di\rsk";
  hostile.beside = {"+\x9b"};
  hostile.names = {"a\nb"};
  const std::string line = event_line(hostile, false);
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\r') == std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("a change that a diff tells is an event") {
  HostChangeAnswer change{"web-1", 7, "changed", "healthy", "failing", {"+warning"}, "", "disk"};
  const EventAnswer told = event_of(change, "then", "now");
  CHECK(told.time == "now");
  CHECK(told.from == "then");
  CHECK(told.slot == 7);
  CHECK(told.name == "web-1");
  CHECK(told.check_after == "disk");
  CHECK(told.beside == change.beside);
}

}  // namespace flatline::cli
