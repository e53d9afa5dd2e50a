#include "tools/cli/verbs/follow.h"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "schema/answers/event_json.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/standard_files.h"
#include "tools/cli/event_question.h"
#include "tools/cli/follower.h"
#include "tools/cli/report/event_report.h"

namespace flatline::cli {
namespace {

volatile std::sig_atomic_t is_told_to_end = 0;

void on_end_signal(int) {
  is_told_to_end = 1;
}

/// A second signal ends the program at once, whatever it waits for.
void end_on_signals() {
  struct sigaction action {};
  action.sa_handler = on_end_signal;  // Without SA_RESTART, so that a signal ends a wait at once.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

/// Waits, but not on when a signal comes or nobody reads stdout any more. Returns whether to go on.
bool go_on_after(Milliseconds wait) {
  pollfd reader{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  const int ready = ::poll(&reader, 1, static_cast<int>(wait.count()));
  return is_told_to_end == 0 && ready <= 0;
}

bool reader_is_gone() {
  pollfd reader{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&reader, 1, 0) > 0;
}

/// Each request has all of the time that is allowed.
class Asked final : public FollowSource {
 public:
  Asked(Client& client, std::string filter) : client_(client), filter_(std::move(filter)) {}

  SlotsAnswer slots() override {
    SlotsAnswer answer = ask_slots(client(), filter_);
    if (!std::exchange(has_noted_, true)) tell_note(client_.filter_note());
    return answer;
  }
  SlotsAnswer slots_at(WallTime time) override { return ask_slots_at(client(), time, filter_); }
  EventsAnswer events(WallTime from, WallTime to, const std::string& after) override {
    return ask_events(client(), from, to, filter_, after);
  }
  NamesAnswer names(std::uint32_t first) override { return ask_names(client(), first); }

 private:
  Client& client() {
    client_.restart_deadline();
    return client_;
  }

  Client& client_;
  std::string filter_;
  bool has_noted_ = false;  ///< What must be known of the filter was told.
};

void warn_on_stderr(const std::string& text) {
  fmt::print(stderr, "flatline: {}\n", text);
}

int follow_until_told(Session& session, const std::string& filter, std::size_t lines,
                      std::optional<WallTime> since, EventPrinter& printer) {
  Asked source(session.client, filter);
  Follower follower(
      source, lines, since, [&](const EventAnswer& event) { printer(event); }, warn_on_stderr);
  bool is_away = false;
  while (true) {
    printer.flush();
    const Milliseconds wait = follower.until_next();
    if (!go_on_after(is_away ? std::max(wait, kFollowAwayPause) : wait)) return 0;
    try {
      follower.poll();
      is_away = false;
    } catch (const Failure& failure) {
      if (reader_is_gone()) return 0;
      if (!std::exchange(is_away, true))
        warn_on_stderr(std::string(failure.what()) + "; asking on");
    }
  }
}

}  // namespace

void EventPrinter::operator()(const EventAnswer& event) {
  text_ += session_.options.output == Output::kJson ? to_json(event) + "\n"
                                                    : event_line(event, session_.colored());
  ++printed_;
  if (text_.size() >= kPrintedAtOnce) flush();
}

void EventPrinter::flush() {
  if (!text_.empty()) print(std::exchange(text_, {}));
}

int follow(Session& session, const std::string& filter, std::size_t lines,
           std::optional<WallTime> since) {
  end_on_signals();
  EventPrinter printer(session);
  try {
    return follow_until_told(session, filter, lines, since, printer);
  } catch (const Failure&) {
    if (is_told_to_end != 0 || reader_is_gone()) return 0;
    throw;
  }
}

}  // namespace flatline::cli
