// The whole screen, in words: what its lines are like at every size, and what is told when. How it
// looks is held by golden files, in a pseudo-terminal (tests/tools/cli/watch).

#include "tools/cli/screen/screen.h"

#include <doctest/doctest.h>

#include "tests/tools/cli/screen/made_fleet.h"

namespace flatline::cli::screen {
namespace {

struct Made {
  Told told;
  Changes changes;
  State state;
  std::optional<Fleet> fleet;
  Instant now{std::chrono::seconds{100}};
  Instant trouble_since{};

  explicit Made(std::string_view letters) {
    const auto made = std::make_shared<Now>();
    made->bitmap = bitmap_of(letters);
    made->summary.hosts = static_cast<std::uint32_t>(letters.size());
    made->summary.healthy = made->summary.hosts;
    made->summary.down = 0;
    made->summary.time = "2026-11-30T02:39:37.645Z";
    made->summary.collector.tick_seconds = 1;
    made->summary.view_age_seconds = 0.25;
    made->at = now;
    told.now = made;
    told.names = names_of(letters.size());
    changes.take(told);
    fleet = fleet_of(told, false);
  }

  std::string draw(Size size = {}) {
    const Scene scene{"http://mon-1:4171", told, fleet ? &*fleet : nullptr, changes, now,
                      trouble_since};
    return text_of(screen::draw(scene, state, size));
  }
};

bool has(const std::string& text, std::string_view word) {
  return text.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("at every size, every page has exactly the screen's lines and columns") {
  Made made(std::string(200, '.') + "SSFFw-?M");
  for (std::size_t rows = 1; rows <= 70; rows += 3) {
    for (std::size_t columns = 1; columns <= 210; columns += 11) {
      for (const Page page : {Page::kFleet, Page::kHelp, Page::kHost}) {
        for (const bool types : {false, true}) {
          made.state.page = page;
          made.state.is_zoomed = types;
          if (types) made.state.prompt = Prompt{Prompt::Kind::kFilter, "role=db", 7, "wrong", 3};
          if (!types) made.state.prompt.reset();
          const Scene scene{"http://mon-1:4171", made.told, &*made.fleet,
                            made.changes,        made.now,  {}};
          const Screen screen = draw(scene, made.state, {columns, rows});
          REQUIRE(screen.lines.size() == rows);
          for (const Line& line : screen.lines) REQUIRE(columns_of(line) == columns);
        }
      }
    }
  }
}

TEST_CASE("a view that is older than three ticks is told as old, and one tick late is not") {
  Made made("....");
  CHECK(has(made.draw(), "LIVE"));
  made.now += std::chrono::milliseconds{2700};
  CHECK(has(made.draw(), "LIVE"));
  made.now += std::chrono::milliseconds{100};
  CHECK(has(made.draw(), "OLD"));
  CHECK(has(made.draw(), "3s old"));
  made.state.is_paused = true;
  CHECK(has(made.draw(), "PAUSED"));
}

TEST_CASE("while the collector is away, that is told with its reason, and what was known stays") {
  Made made("....");
  made.told.trouble = "http://mon-1:4171: Connection refused; is the collector there? (--api)";
  made.trouble_since = made.now;
  made.now += std::chrono::seconds{12};
  const std::string text = made.draw();
  CHECK(has(text, "CUT OFF"));
  CHECK(has(text, "Nothing new for 12 s; below is 2026-11-30 02:39:37Z: Connection refused\n"));
  CHECK(has(text, "healthy"));
  made.told.now.reset();
  made.fleet.reset();
  CHECK(has(made.draw(), "Nothing new for 12 s: Connection refused\n"));
}

TEST_CASE("a filter counts those alone who match, in the counts and in the groups") {
  Made made("..SSFF");
  Now now = *made.told.now;
  now.filter = "role=db";
  now.matching = {0b000111};
  now.groups.keys = {{"role", 2, 0, std::nullopt}};
  made.told.now = std::make_shared<Now>(now);
  made.told.labels = {label("role", "db", 0, 2, 6), label("role", "web", 3, 5, 6)};
  made.state.wanted.filter = "role=db";
  made.fleet = fleet_of(made.told, false);
  const std::string text = made.draw();
  CHECK(has(text, "1 of 3 hosts are down (33.3 %)"));
  CHECK(has(text, "filter: role=db"));
  CHECK(has(text, "role=db                  1     3"));
  CHECK_FALSE(has(text, "role=web"));
}

TEST_CASE("a past moment without a step says why") {
  Made made("....");
  const auto past = std::make_shared<Past>();
  past->error = "there is no step of 2026-11-30T02:00:00.000Z";
  made.told.past = past;
  made.state.wanted.moment = WallTime{};
  made.fleet.reset();
  CHECK(has(made.draw(), "there is no step of"));
  CHECK(has(made.draw(), "PAST"));
}

TEST_CASE("a list that is scrolled beyond its end stops there") {
  Made made("....");
  made.state.scroll_of(Panel::kChecks) = 1000;
  (void)made.draw();
  CHECK(made.state.scroll_of(Panel::kChecks) == 0);
}

}  // namespace flatline::cli::screen
