// The verbs status and watch: the fleet as a whole.

#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/answers/view_json.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/text.h"
#include "tools/cli/report/counted.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/report.h"
#include "tools/cli/verbs/verbs.h"
#include "tools/cli/watch/watch.h"

namespace flatline::cli {
namespace {

struct WatchOptions {
  std::vector<std::string> filters;
  std::optional<std::chrono::milliseconds> every;  ///< Where none is given: 1 s, or the tick.
  std::uint64_t count = 0;                         ///< How often; 0 means until Ctrl-C.
};

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
  interrupted = 1;
}

/// The summary, with the counts of those hosts alone that match, where there are filters.
SummaryAnswer summary_of(Session& session, const std::vector<std::string>& filters) {
  SummaryAnswer fleet = session.client.summary();
  if (filters.empty()) return fleet;
  fleet = count_hosts(session.client.bitmap(any_of(filters)), std::move(fleet));
  // Zeros alone would look like a fleet in which nothing fails; it may be a label that nobody has.
  if (fleet.hosts == 0) {
    const std::string note = to_plain_utf8(session.client.filter_note());
    fmt::print(stderr, "flatline: no host matches {}{}{}\n", to_plain_utf8(any_of(filters)),
               note.empty() ? "" : ": ", note);
  }
  return fleet;
}

std::string summary_json(Session& session, const std::vector<std::string>& filters) {
  if (filters.empty()) return session.client.summary_json() + "\n";
  return to_json(summary_of(session, filters)) + "\n";
}

/// Fetches the summary anew and returns what shall be on the screen.
std::string refresh(Session& session, const std::vector<std::string>& filters) {
  session.client.restart_deadline();
  if (session.options.output == Output::kJson) return summary_json(session, filters);
  const SummaryAnswer summary = summary_of(session, filters);
  return session.terminal.is_terminal
             ? report_summary(summary, session.colored(), session.columns())
             : report_summary_line(summary);
}

int status(Session& session, const std::vector<std::string>& filters) {
  print(session.options.output == Output::kJson
            ? summary_json(session, filters)
            : report_summary(summary_of(session, filters), session.colored(), session.columns()));
  return 0;
}

int watch_plainly(Session& session, const WatchOptions& options) {
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // Without SA_RESTART, so that a signal ends a wait at once.
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  const bool clear = session.terminal.takes_escapes && session.options.output == Output::kTable;
  const auto every = options.every.value_or(std::chrono::seconds{1});
  const timespec wait{every.count() / 1000, every.count() % 1000 * 1'000'000};
  for (std::uint64_t shown = 0; interrupted == 0;) {
    std::optional<std::string> text;
    try {
      text = refresh(session, options.filters);
    } catch (const Failure& failure) {
      fmt::print(stderr, "flatline: {}\n", failure.what());  // The collector may come back.
      session.client.choose_again();
    }
    if (text) print(clear ? "\x1b[H\x1b[J" + *text : *text);
    if (++shown == options.count) return text ? 0 : 1;
    if (interrupted == 0) ::nanosleep(&wait, nullptr);
  }
  return 0;
}

/// Whether a terminal shows what is watched, which the person can type at.
bool is_interactive(const Session& session, const WatchOptions& options) {
  return session.terminal.takes_escapes && ::isatty(STDIN_FILENO) == 1 && options.count == 0 &&
         session.options.output == Output::kTable;
}

int watch_fleet(Session& session, const WatchOptions& options) {
  // On a full screen the title says who answers.
  if (is_interactive(session, options)) session.client.on_stand_in({});
  if (is_interactive(session, options) &&
      watch::watch_full_screen(
          session.client,
          {any_of(options.filters), options.every.value_or(std::chrono::milliseconds{0}),
           session.colored()})) {
    return 0;
  }
  session.client.on_stand_in(tell_note);
  return watch_plainly(session, options);
}

}  // namespace

void add_status_verbs(CommandLine& line) {
  const auto filters = std::make_shared<std::vector<std::string>>();
  line.verb("status", "How the fleet is, now",
            "  flatline status\n  flatline status -o json | jq .failing\n"
            "  flatline status 'role=db & zone=eu-1a'    these hosts alone")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .takes_any("filter", *filters, "Which hosts (default: all)")
      .may_look_back()
      .runs([filters](Session& session) { return status(session, *filters); });

  const auto watched = std::make_shared<WatchOptions>();
  line.verb("watch", "The fleet on a full screen; through a pipe, the status again and again",
            "  flatline watch                            ? shows the keys, q ends it\n"
            "  flatline watch role=db                    these hosts alone\n"
            "  flatline watch --every 5s --count 3       three times, and no full screen\n"
            "  flatline watch | tee -a fleet.log         a line a second\n"
            "Errors go to stderr then, and watching goes on; with --count it ends by 1\n"
            "when the last try failed.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .takes_any("filter", watched->filters, "Which hosts (default: all)")
      .option(
          "--every DURATION",
          [watched](const std::string& text) {
            watched->every =
                read_flag_duration("--every", text, Milliseconds{100}, std::chrono::hours{1});
          },
          "How often (default 1s; on a full screen, once a tick)")
      .option(
          "--count N",
          [watched](const std::string& text) {
            watched->count = read_flag_number("--count", text, 1, 1'000'000'000);
          },
          "How many times (default: until Ctrl-C)")
      .runs([watched](Session& session) { return watch_fleet(session, *watched); });
}

}  // namespace flatline::cli
