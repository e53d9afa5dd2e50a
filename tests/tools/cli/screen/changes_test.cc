#include "tools/cli/screen/changes.h"

#include <doctest/doctest.h>

#include "tests/tools/cli/screen/made_fleet.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::screen {
namespace {

Told round(std::string_view letters, const std::string& time, const std::string& filter = "",
           Slots matching = {}) {
  const auto now = std::make_shared<Now>();
  now->summary.time = "2026-11-30T" + time + ".250Z";
  now->bitmap = bitmap_of(letters);
  now->filter = filter;
  now->matching = std::move(matching);
  Told told;
  told.now = now;
  told.names = names_of(letters.size());
  return told;
}

}  // namespace

TEST_CASE("changes are told by what hosts were and are, the newest and the worst first") {
  Changes changes;
  changes.take(round("..... ", "02:39:18"));
  CHECK(changes.newest().empty());
  CHECK(changes.since() == "02:39:18Z");
  changes.take(round(".SSF. ", "02:39:19"));
  changes.take(round(".SSFw.", "02:39:20"));
  REQUIRE(changes.newest().size() == 4);
  const Change& warns = changes.newest()[0];
  CHECK(warns.after == kWarning);
  CHECK(warns.time == "02:39:20Z");
  CHECK(warns.names == "web-4");
  CHECK(changes.newest()[1].before == kFree);  // It came.
  const Change& silent = changes.newest()[2];
  CHECK(silent.before == kHealthy);
  CHECK(silent.after == kSilent);
  CHECK(silent.hosts == 2);
  CHECK(silent.names == "web-[1,2]");
  CHECK(changes.newest()[3].after == kFailing);
}

TEST_CASE("the same round twice changes nothing") {
  Changes changes;
  changes.take(round("..", "02:39:18"));
  const Told told = round("SS", "02:39:19");
  changes.take(told);
  changes.take(told);
  CHECK(changes.newest().size() == 1);
}

TEST_CASE("many changes are kept to so many, and of each so many names") {
  Changes changes;
  for (std::size_t i = 0; i < kShownChanges + 5; ++i) {
    changes.take(round(std::string(500, i % 2 == 0 ? '.' : 'S'), "02:39:18"));
  }
  CHECK(changes.newest().size() == kShownChanges);
  CHECK(changes.newest()[0].hosts == 500);
  CHECK(changes.newest()[0].names == "web-[0-99]");
}

TEST_CASE("with a filter, those count who match before or after") {
  Changes changes;
  changes.take(round("....", "02:39:18", "role=db", {0b0011}));
  changes.take(round("SSSS", "02:39:19", "role=db", {0b0110}));
  REQUIRE(changes.newest().size() == 1);
  CHECK(changes.newest()[0].hosts == 3);
  changes.take(round("....", "02:39:20"));  // Another filter: another list.
  CHECK(changes.newest().empty());
  CHECK(changes.since() == "02:39:20Z");
}

TEST_CASE("what the collector has stored of the minutes before comes last") {
  Changes changes;
  Told told = round("..", "02:39:18");
  Recent recent{"", "in 5m", {}};
  recent.diff.changes = {{"db-1", 0, "changed", "healthy", "silent", {}},
                         {"db-2", 1, "changed", "healthy", "silent", {}},
                         {"db-3", 2, "changed", "healthy", "healthy", {"+drained"}}};
  recent.diff.next = "2";
  told.recent = std::make_shared<Recent>(recent);
  changes.take(told);
  REQUIRE(changes.newest().size() == 1);
  CHECK(changes.newest()[0].time == "in 5m");
  CHECK(changes.newest()[0].names == "db-[1,2]");
  CHECK(changes.newest()[0].is_part);
  Told next = round(".F", "02:39:19");
  next.recent = told.recent;
  changes.take(next);
  REQUIRE(changes.newest().size() == 2);
  CHECK(changes.newest()[0].after == kFailing);
}

}  // namespace flatline::cli::screen
