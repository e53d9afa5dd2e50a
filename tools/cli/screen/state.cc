#include "tools/cli/screen/state.h"

#include <algorithm>
#include <charconv>

#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::screen {
namespace {

constexpr const char* kTimeForms =
    "no such moment: -15m (ago), 03:14 (here) or 03:14Z, 2026-11-23 03:14, @1795403640";

bool is_within_character(const std::string& text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

std::size_t before(const std::string& text, std::size_t at) {
  if (at > 0) --at;
  while (at > 0 && is_within_character(text, at)) --at;
  return at;
}

std::size_t behind(const std::string& text, std::size_t at) {
  if (at < text.size()) ++at;
  while (is_within_character(text, at)) ++at;
  return at;
}

void ask(State& state, Prompt::Kind kind, std::string text = {}) {
  const std::size_t end = text.size();
  state.prompt = Prompt{kind, std::move(text), end, {}, 0};
}

void go_to(State& state, std::optional<WallTime> moment) {
  state.wanted.moment = moment;
  state.is_paused = false;  // What was held is not what is asked for now.
  state.scroll_of(Panel::kChanges) = 0;
}

/// Takes what was typed, or says why not.
void enter(State& state, const Surroundings& around) {
  Prompt& prompt = *state.prompt;
  const auto refuse = [&](const char* why) {
    prompt.error = why;
    prompt.error_at = 0;
  };
  switch (prompt.kind) {
    case Prompt::Kind::kFilter:
      state.wanted.filter = prompt.text;
      break;
    case Prompt::Kind::kTime: {
      if (prompt.text.empty()) {
        go_to(state, std::nullopt);
        break;
      }
      const auto moment = around.read_time(prompt.text);
      if (!moment) return refuse(kTimeForms);
      const bool is_to_come = around.newest && *moment > *around.newest + around.step;
      if (is_to_come) return refuse("that is still to come");
      go_to(state, moment);
      break;
    }
    case Prompt::Kind::kHost:
      if (prompt.text.empty()) break;
      if (!is_host_name(prompt.text)) return refuse("no host's name: 1 to 64 of A-Za-z0-9._-");
      state.wanted.host = prompt.text;
      state.page = Page::kHost;
      state.page_scroll = 0;
      break;
  }
  state.prompt.reset();
}

void type(State& state, const Key& key, const Surroundings& around) {
  Prompt& prompt = *state.prompt;
  std::string& text = prompt.text;
  switch (key.kind) {
    case KeyKind::kEnter:
      return enter(state, around);
    case KeyKind::kEscape:
      state.prompt.reset();
      return;
    case KeyKind::kText:
      if (text.size() + key.text.size() > kTypedBytes) return;
      text.insert(prompt.cursor, key.text);
      prompt.cursor += key.text.size();
      break;
    case KeyKind::kBackspace: {
      const std::size_t begin = before(text, prompt.cursor);
      text.erase(begin, prompt.cursor - begin);
      prompt.cursor = begin;
      break;
    }
    case KeyKind::kDelete:
      text.erase(prompt.cursor, behind(text, prompt.cursor) - prompt.cursor);
      break;
    case KeyKind::kClearLine:
      text.clear();
      prompt.cursor = 0;
      break;
    case KeyKind::kTab:
      if (prompt.kind != Prompt::Kind::kHost) return;
      text = around.complete_name(text);
      prompt.cursor = text.size();
      break;
    case KeyKind::kLeft:
      prompt.cursor = before(text, prompt.cursor);
      return;
    case KeyKind::kRight:
      prompt.cursor = behind(text, prompt.cursor);
      return;
    case KeyKind::kHome:
      prompt.cursor = 0;
      return;
    case KeyKind::kEnd:
      prompt.cursor = text.size();
      return;
    default:
      return;
  }
  prompt.error.clear();  // The text is another one now.
}

void step_back(State& state, const Surroundings& around) {
  // The step at or before a moment answers for it, so this finds the one before that is shown.
  if (state.is_past()) {
    const WallTime now_shown = around.shown.value_or(*state.wanted.moment - around.step);
    go_to(state, now_shown - Milliseconds{1});
  } else if (around.newest) {
    go_to(state, *around.newest - Milliseconds{1});
  }
}

void step_forward(State& state, const Surroundings& around) {
  if (!state.is_past()) return;
  const WallTime next = around.shown.value_or(*state.wanted.moment) + around.step;
  // Behind the last step there is the present.
  const bool is_now = around.newest && next >= *around.newest;
  go_to(state, is_now ? std::nullopt : std::optional{next});
}

void scroll(State& state, const Key& key, const Surroundings& around) {
  const bool is_fleet = state.page == Page::kFleet;
  std::size_t& at = is_fleet ? state.scroll_of(state.focus) : state.page_scroll;
  switch (key.kind) {
    case KeyKind::kUp:
      at -= std::min<std::size_t>(at, 1);
      break;
    case KeyKind::kDown:
      ++at;
      break;
    case KeyKind::kPageUp:
      at -= std::min(at, around.page_rows);
      break;
    case KeyKind::kPageDown:
      at += around.page_rows;
      break;
    case KeyKind::kHome:
      at = 0;
      break;
    default:
      break;
  }
}

/// Leaves what was entered last: help or a host, a panel alone, the past, the filter.
void leave(State& state) {
  if (state.page != Page::kFleet) {
    state.page = Page::kFleet;
    state.wanted.host.clear();
  } else if (state.is_zoomed) {
    state.is_zoomed = false;
  } else if (state.is_past()) {
    go_to(state, std::nullopt);
  } else {
    state.wanted.filter.clear();
  }
}

void press_letter(State& state, const std::string& letter, const Surroundings& around) {
  if (letter == "q") state.has_quit = true;
  if (letter == "?") {
    state.page = state.page == Page::kHelp ? Page::kFleet : Page::kHelp;
    state.page_scroll = 0;
  }
  if (letter == "/") ask(state, Prompt::Kind::kFilter, state.wanted.filter);
  if (letter == "h") ask(state, Prompt::Kind::kHost);
  if (letter == "t") ask(state, Prompt::Kind::kTime);
  if (letter == "n") go_to(state, std::nullopt);
  if (letter == " ") state.is_paused = !state.is_paused;
  if (letter == "z") state.is_zoomed = !state.is_zoomed;
  if (letter == "g") {
    state.key = (state.key + 1) % (around.keys + 1);
    state.scroll_of(Panel::kGroups) = 0;
  }
}

}  // namespace

void press(State& state, const Key& key, const Surroundings& around) {
  if (state.prompt) return type(state, key, around);
  const auto turn_focus = [&](std::size_t by) {
    state.focus = static_cast<Panel>((static_cast<std::size_t>(state.focus) + by) % kPanels);
  };
  switch (key.kind) {
    case KeyKind::kText:
      return press_letter(state, key.text, around);
    case KeyKind::kEnter:
      return ask(state, Prompt::Kind::kHost);
    case KeyKind::kEscape:
      return leave(state);
    case KeyKind::kLeft:
      return step_back(state, around);
    case KeyKind::kRight:
      return step_forward(state, around);
    case KeyKind::kTab:
      return turn_focus(1);
    case KeyKind::kBackTab:
      return turn_focus(kPanels - 1);
    default:
      return scroll(state, key, around);
  }
}

void take_refusal(State& state, const Told& told) {
  if (told.refused_filter != state.wanted.filter || told.filter_error.empty()) {
    if (told.now != nullptr && told.now->filter == state.wanted.filter) {
      state.good_filter = state.wanted.filter;
    }
    return;
  }
  // The collector says `filter, character 8: no such word 'failng'; …`.
  constexpr std::string_view kAt = "character ";
  std::string error = told.filter_error;
  std::size_t at = 0;
  if (const std::size_t found = error.find(kAt); found != std::string::npos) {
    const char* const begin = error.data() + found + kAt.size();
    const auto [end, problem] = std::from_chars(begin, error.data() + error.size(), at);
    const std::size_t colon = error.find(": ", found);
    if (problem == std::errc{} && colon != std::string::npos) error = error.substr(colon + 2);
  }
  ask(state, Prompt::Kind::kFilter, state.wanted.filter);
  state.prompt->error = std::move(error);
  state.prompt->error_at = at == 0 ? 0 : at - 1;
  state.wanted.filter = state.good_filter;
}

std::size_t characters_before(const std::string& text, std::size_t end) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < std::min(end, text.size()); at = behind(text, at)) ++characters;
  return characters;
}

}  // namespace flatline::cli::screen
