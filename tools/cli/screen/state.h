#pragma once

// What the person at the screen has chosen, and what each key makes of it. Pure.

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/time.h"
#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

enum class KeyKind {
  kText,  ///< A character, in Key::text.
  kEnter,
  kEscape,
  kBackspace,
  kDelete,
  kLeft,
  kRight,
  kUp,
  kDown,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
  kTab,
  kBackTab,
  kClearLine,  ///< Ctrl-U
  kRedraw,     ///< Ctrl-L, of which the terminal takes care.
  kNone,
};

struct Key {
  KeyKind kind = KeyKind::kNone;
  std::string text = {};
};

/// The parts of the fleet's screen that can be scrolled, and shown alone, in the order of Tab.
enum class Panel { kNotes, kGroups, kMap, kChanges, kChecks };
inline constexpr std::size_t kPanels = 5;

enum class Page { kFleet, kHost, kHelp };

/// A line that is being typed.
struct Prompt {
  enum class Kind { kFilter, kTime, kHost };
  Kind kind = Kind::kFilter;
  std::string text;
  std::size_t cursor = 0;    ///< The byte that it stands before.
  std::string error;         ///< What was wrong with it as it was entered last,
  std::size_t error_at = 0;  ///< and at which character.
};

struct State {
  Wanted wanted;
  Page page = Page::kFleet;
  Panel focus = Panel::kGroups;
  bool is_zoomed = false;
  bool is_paused = false;
  bool has_quit = false;
  std::size_t key = 0;  ///< By which key groups and map are ordered: 0 is all of them.
  std::array<std::size_t, kPanels> scroll{};  ///< Lines above the first one of each panel.
  std::size_t page_scroll = 0;                ///< The same of the host's page and of help.
  std::optional<Prompt> prompt;
  std::string good_filter;  ///< The last one that the collector understood.

  [[nodiscard]] bool is_past() const { return wanted.moment.has_value(); }
  [[nodiscard]] std::size_t& scroll_of(Panel panel) {
    return scroll[static_cast<std::size_t>(panel)];
  }
};

/// What a key may depend on besides.
struct Surroundings {
  std::size_t keys = 0;                         ///< How many keys the collector groups by.
  std::optional<WallTime> newest;               ///< When the newest view was.
  std::optional<WallTime> shown;                ///< When the step was that is shown of the past.
  Milliseconds step{std::chrono::seconds{10}};  ///< Between steps of the past.
  std::size_t page_rows = 10;                   ///< How far PgUp and PgDn go.
  /// Reads a moment as people write it; nothing where it is none.
  std::function<std::optional<WallTime>(const std::string&)> read_time;
  /// The longest beginning that all hosts' names have in common which begin so.
  std::function<std::string(const std::string&)> complete_name;
};

void press(State& state, const Key& key, const Surroundings& around);

/// Takes what a round told of the filter: an error makes it be typed again, under what is wrong.
void take_refusal(State& state, const Told& told);

/// The characters before byte `end` of a text.
std::size_t characters_before(const std::string& text, std::size_t end);

}  // namespace flatline::cli::screen
