#include "tools/cli/watch/watch.h"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>

#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "tools/cli/screen/screen.h"
#include "tools/cli/wall_time_arguments.h"
#include "tools/cli/watch/full_screen.h"
#include "tools/cli/watch/poll_thread.h"
#include "tools/cli/watch/signals.h"

namespace flatline::cli::watch {
namespace {

using screen::Told;

/// The longest beginning that all names have in common which begin so.
std::string complete(const screen::NamePages& pages, const std::string& typed) {
  std::optional<std::string> common;
  for (const auto& page : pages) {
    for (const SlotName& host : page->hosts) {
      if (!host.name.starts_with(typed)) continue;
      if (!common) {
        common = host.name;
        continue;
      }
      const auto differs =
          std::mismatch(common->begin(), common->end(), host.name.begin(), host.name.end());
      common->erase(differs.first, common->end());
    }
  }
  return common.value_or(typed);
}

/// One run of the full screen. A thread asks; all else is here, on the program's own, which waits
/// for keys, signals and answers alike.
class Watch {
 public:
  Watch(Client& client, const Options& options, FullScreen& terminal, Signals& signals)
      : api_(client.api()), terminal_(terminal), signals_(signals), poll_(client, options.every) {
    state_.wanted.filter = options.filter;
    poll_.want(state_.wanted);
  }

  void run() {
    while (!state_.has_quit) {
      redraw();
      wait();
      take_signals();
      if (auto told = poll_.take()) take(std::move(*told));
      while (const auto key = state_.has_quit ? std::nullopt : FullScreen::read_key()) {
        screen::press(state_, *key, surroundings());
      }
      take_pause();
      poll_.want(state_.wanted);
    }
  }

 private:
  /// Waits for whatever comes next. It looks up once a second besides, because ages grow.
  void wait() {
    constexpr int kLookUpMs = 1000;
    pollfd files[] = {
        {STDIN_FILENO, POLLIN, 0}, {signals_.file(), POLLIN, 0}, {poll_.file(), POLLIN, 0}};
    if (::poll(files, std::size(files), kLookUpMs) <= 0) return;
    // A terminal that is gone can tell nothing any more.
    if ((files[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) state_.has_quit = true;
  }

  void take_signals() {
    while (const auto number = signals_.take()) {
      switch (*number) {
        case SIGWINCH:
          FullScreen::take_size();
          break;
        case SIGTSTP:
          FullScreen::leave();
          Signals::stop();
          FullScreen::come_back();
          break;
        case SIGCONT:
          FullScreen::come_back();
          break;
        default:
          state_.has_quit = true;
      }
    }
  }

  void take(Told told) {
    if (told.trouble.empty()) {
      trouble_since_.reset();
    } else if (!trouble_since_) {
      trouble_since_ = monotonic_now();
    }
    changes_.take(told);
    screen::take_refusal(state_, told);
    newest_ = std::move(told);
    if (!is_held_) show(newest_);
  }

  /// While it is paused, what was shown stays, but for what is asked of the past or a host.
  void take_pause() {
    if (state_.is_paused == is_held_) return;
    is_held_ = state_.is_paused;
    if (is_held_) {
      held_changes_ = changes_;
    } else {
      show(newest_);
    }
  }

  void show(const Told& told) {
    shown_ = told;
    const screen::Past* const past = told.past.get();
    const bool is_past = state_.is_past();
    const bool is_known = is_past ? past != nullptr && past->error.empty() : told.now != nullptr;
    fleet_ = is_known ? std::optional{screen::fleet_of(told, is_past)} : std::nullopt;
    fleet_is_past_ = is_past;
  }

  void redraw() {
    if (fleet_is_past_ != state_.is_past()) show(newest_);
    const screen::Scene scene{newest_.now == nullptr ? api_ : newest_.now->api,
                              shown_,
                              fleet_ ? &*fleet_ : nullptr,
                              is_held_ ? held_changes_ : changes_,
                              monotonic_now(),
                              trouble_since_.value_or(Instant{})};
    terminal_.draw(screen::draw(scene, state_, FullScreen::size()));
  }

  screen::Surroundings surroundings() {
    screen::Surroundings around;
    around.keys = screen::keys_of(newest_).size();
    if (newest_.now != nullptr) around.newest = parse_rfc3339(newest_.now->summary.time);
    const screen::Past* const past = newest_.past.get();
    if (past != nullptr && past->step.count() > 0) around.step = past->step;
    if (past != nullptr && past->error.empty() && past->moment == state_.wanted.moment) {
      around.shown = parse_rfc3339(past->summary.time);
    }
    around.page_rows = screen::page_rows(FullScreen::size());
    around.read_time = [](const std::string& text) -> std::optional<WallTime> {
      try {
        return read_wall_time("time", text);
      } catch (const UsageError&) {
        return std::nullopt;
      }
    };
    around.complete_name = [this](const std::string& typed) {
      return complete(newest_.names, typed);
    };
    return around;
  }

  std::string api_;
  FullScreen& terminal_;
  Signals& signals_;
  screen::State state_;
  Told newest_;
  Told shown_;
  std::optional<screen::Fleet> fleet_;  ///< Of `shown_`.
  bool fleet_is_past_ = false;
  screen::Changes changes_;
  screen::Changes held_changes_;
  bool is_held_ = false;
  std::optional<Instant> trouble_since_;
  PollThread poll_;  ///< Last, so that its thread ends before what it tells of does.
};

}  // namespace

bool watch_full_screen(Client& client, const Options& options) {
  Signals signals;
  auto terminal = FullScreen::open(options.colored);
  if (terminal == nullptr) return false;
  Watch watch(client, options, *terminal, signals);
  watch.run();
  // The terminal is given back before the thread that asks is waited for.
  terminal.reset();
  return true;
}

}  // namespace flatline::cli::watch
