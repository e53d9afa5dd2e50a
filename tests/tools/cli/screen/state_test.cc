#include "tools/cli/screen/state.h"

#include <doctest/doctest.h>

namespace flatline::cli::screen {
namespace {

constexpr WallTime kNewest{Milliseconds{1'795'403'640'000}};
constexpr Milliseconds kStep{10'000};

Surroundings around() {
  Surroundings made;
  made.keys = 2;
  made.newest = kNewest;
  made.step = kStep;
  made.read_time = [](const std::string& text) {
    return text == "-1m" ? std::optional{kNewest - std::chrono::minutes{1}} : std::nullopt;
  };
  made.complete_name = [](const std::string& typed) { return typed + "-1"; };
  return made;
}

void type(State& state, const std::string& text) {
  for (const char c : text) press(state, {KeyKind::kText, std::string(1, c)}, around());
}

void enter(State& state) {
  press(state, {KeyKind::kEnter}, around());
}

}  // namespace

TEST_CASE("a filter is typed, mended and taken; Escape leaves it as it was") {
  State state;
  type(state, "/role=dbx");
  press(state, {KeyKind::kBackspace}, around());
  enter(state);
  CHECK(state.wanted.filter == "role=db");
  CHECK_FALSE(state.prompt);
  type(state, "/ & down");
  press(state, {KeyKind::kEscape}, around());
  CHECK(state.wanted.filter == "role=db");
  press(state, {KeyKind::kEscape}, around());
  CHECK(state.wanted.filter.empty());
}

TEST_CASE("letters that are typed are no keys, and the cursor goes by characters") {
  State state;
  type(state, "/q");
  press(state, {KeyKind::kText, "ü"}, around());
  press(state, {KeyKind::kLeft}, around());
  type(state, "a");
  CHECK_FALSE(state.has_quit);
  CHECK(state.prompt->text == "qaü");
  press(state, {KeyKind::kDelete}, around());
  CHECK(state.prompt->text == "qa");
  press(state, {KeyKind::kHome}, around());
  press(state, {KeyKind::kDelete}, around());
  CHECK(state.prompt->text == "a");
  press(state, {KeyKind::kClearLine}, around());
  CHECK(state.prompt->text.empty());
}

TEST_CASE("a filter that the collector refuses is typed again, with the error under its column") {
  State state;
  state.good_filter = "role=db";
  state.wanted.filter = "role=db & failng";
  Told told;
  told.refused_filter = state.wanted.filter;
  told.filter_error = "filter, character 11: no such word 'failng'; did you mean failing?";
  take_refusal(state, told);
  REQUIRE(state.prompt);
  CHECK(state.prompt->text == "role=db & failng");
  CHECK(state.prompt->error == "no such word 'failng'; did you mean failing?");
  CHECK(state.prompt->error_at == 10);
  CHECK(state.wanted.filter == "role=db");
  type(state, "x");
  CHECK(state.prompt->error.empty());
}

TEST_CASE("arrows go back step by step, and forward until it is now") {
  State state;
  press(state, {KeyKind::kRight}, around());
  CHECK_FALSE(state.is_past());
  press(state, {KeyKind::kLeft}, around());
  CHECK(state.wanted.moment == kNewest - Milliseconds{1});
  Surroundings in_past = around();
  in_past.shown = kNewest - kStep / 2;  // The step that answered.
  press(state, {KeyKind::kLeft}, in_past);
  CHECK(state.wanted.moment == kNewest - kStep / 2 - Milliseconds{1});
  in_past.shown = kNewest - 3 * kStep / 2;
  press(state, {KeyKind::kRight}, in_past);
  CHECK(state.wanted.moment == kNewest - kStep / 2);
  in_past.shown = kNewest - kStep / 2;
  press(state, {KeyKind::kRight}, in_past);
  CHECK_FALSE(state.is_past());
  press(state, {KeyKind::kLeft}, around());
  type(state, " ");
  CHECK(state.is_paused);
  type(state, "n");
  CHECK_FALSE(state.is_past());
  CHECK_FALSE(state.is_paused);  // What was held was the past.
}

TEST_CASE("a moment and a host that are none are told as they are typed") {
  State state;
  type(state, "tsoon");
  enter(state);
  CHECK(state.prompt->error.find("no such moment") == 0);
  press(state, {KeyKind::kClearLine}, around());
  type(state, "-1m");
  enter(state);
  CHECK(state.wanted.moment == kNewest - std::chrono::minutes{1});
  type(state, "hweb/1");
  enter(state);
  CHECK_FALSE(state.prompt->error.empty());
  press(state, {KeyKind::kClearLine}, around());
  type(state, "web");
  press(state, {KeyKind::kTab}, around());
  enter(state);
  CHECK(state.wanted.host == "web-1");
  CHECK(state.page == Page::kHost);
  press(state, {KeyKind::kEscape}, around());
  CHECK(state.wanted.host.empty());
  CHECK(state.page == Page::kFleet);
}

TEST_CASE("keys go round, and lists scroll no further than the top") {
  State state;
  type(state, "g");
  CHECK(state.key == 1);
  type(state, "gg");
  CHECK(state.key == 0);
  press(state, {KeyKind::kUp}, around());
  CHECK(state.scroll_of(Panel::kGroups) == 0);
  press(state, {KeyKind::kPageDown}, around());
  CHECK(state.scroll_of(Panel::kGroups) == around().page_rows);
  press(state, {KeyKind::kTab}, around());
  CHECK(state.focus == Panel::kMap);
  press(state, {KeyKind::kBackTab}, around());
  CHECK(state.focus == Panel::kGroups);
  type(state, " zq");
  CHECK(state.is_paused);
  CHECK(state.is_zoomed);
  CHECK(state.has_quit);
}

}  // namespace flatline::cli::screen
