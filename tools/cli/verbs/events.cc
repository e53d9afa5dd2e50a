// The verb events: who changed, when, from what to what, and by which check.

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/wall_time.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/event_question.h"
#include "tools/cli/report/event_fold.h"
#include "tools/cli/report/event_report.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/slot_changes.h"
#include "tools/cli/verbs/follow.h"
#include "tools/cli/verbs/verbs.h"
#include "tools/cli/wall_time_arguments.h"

namespace flatline::cli {
namespace {

constexpr std::chrono::hours kDefaultEventsSince{1};
constexpr std::chrono::hours kLongestEventsSince{24 * 1000};

struct EventOptions {
  std::vector<std::string> of;
  std::optional<Milliseconds> since;
  std::optional<WallTime> from;
  std::optional<WallTime> to;
  std::optional<std::size_t> limit;
  std::size_t lines = kEventLines;
  bool follows = false;
};

/// The filter that arguments mean, each of which is a filter, a host, or hosts by a pattern.
std::string event_filter_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> filters;
  for (const std::string& argument : arguments) {
    if (looks_like_filter(argument) || is_filter_word(argument)) {
      filters.push_back(argument);
      continue;
    }
    for (const std::string& name : unfold(argument)) {
      if (!is_glob(name)) require_host_name(name);
      filters.push_back("name=" + name);
    }
  }
  if (filters.size() > kFilterTextTerms) {
    throw UsageError(
        fmt::format("{} hosts are more than the {} that can be named at once; use a "
                    "pattern, as web-*, or a filter, as role=web",
                    filters.size(), kFilterTextTerms));
  }
  return any_of(filters);
}

/// Hands the stored events to `take`, page by page. Returns the last page.
EventsAnswer each_stored(Session& session, WallTime from, WallTime to, const std::string& filter,
                         const TakeEvent& take) {
  std::string after;
  while (true) {
    session.client.restart_deadline();
    EventsAnswer page = ask_events(session.client, from, to, filter, after);
    for (EventAnswer& event : page.events) take(std::move(event));
    if (page.next.empty()) return page;
    if (page.next == after) throw Failure(session.client.api() + ": the same page came twice");
    after = page.next;
  }
}

/// Hands over what happened: the stored steps, and what changed since the last of them.
void each_event(Session& session, const EventOptions& options, const std::string& filter,
                const TakeEvent& take) {
  const WallTime to = options.to.value_or(wall_now());
  const WallTime from = options.from.value_or(to - options.since.value_or(kDefaultEventsSince));
  if (from >= to) throw UsageError("--from must be before --to, or before now");
  const EventsAnswer last = each_stored(session, from, to, filter, take);
  tell_note(last.note);
  const auto told_to = parse_rfc3339(last.to);
  if (options.to || !told_to) return;
  session.client.restart_deadline();
  const DiffAnswer since = session.client.diff(*told_to, std::nullopt, filter);
  for (const HostChangeAnswer& change : since.changes) {
    take(event_of(change, since.from, since.to));
  }
}

int list_event_names(Session& session, const EventOptions& options, const std::string& filter) {
  std::vector<std::string> names;
  each_event(session, options, filter, [&](EventAnswer event) {
    if (!event.name.empty()) names.push_back(std::move(event.name));
  });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : fold_names(std::move(names))) print(name + "\n");
  return 0;
}

int list_events(Session& session, const EventOptions& options, const std::string& filter) {
  EventPrinter printer(session);
  std::deque<EventAnswer> newest;  // As many as --limit lets be printed.
  EventFold fold(options.lines, [&](const EventAnswer& event) {
    if (!options.limit) return printer(event);
    newest.push_back(event);
    if (newest.size() > *options.limit) newest.pop_front();
  });
  each_event(session, options, filter, [&](EventAnswer event) { fold.add(std::move(event)); });
  fold.end();
  for (const EventAnswer& event : newest) printer(event);
  printer.flush();
  if (printer.printed() == 0 && session.terminal.errors_are_seen) {
    fmt::print(stderr, "flatline: nothing changed\n");
  }
  return 0;
}

int events(Session& session, const EventOptions& options) {
  if (options.since && options.from) {
    throw UsageError("--since and --from both say when it begins; give one");
  }
  const std::string filter = event_filter_of(options.of);
  const bool has_names = session.options.output == Output::kNames;
  if (!options.follows) {
    return has_names ? list_event_names(session, options, filter)
                     : list_events(session, options, filter);
  }
  if (options.to) throw UsageError("--to: --follow has no end; leave one of them out");
  if (options.limit) throw UsageError("--limit: --follow has no end; leave one of them out");
  if (has_names) throw UsageError("--follow: goes with -o table or json");
  std::optional<WallTime> since = options.from;
  if (options.since) since = wall_now() - *options.since;
  return follow(session, filter, options.lines, since);
}

}  // namespace

void add_events_verb(CommandLine& line) {
  const auto asked = std::make_shared<EventOptions>();
  const auto reads_moment = [](std::optional<WallTime>& into, const char* flag) {
    return [&into, flag](const std::string& text) { into = read_wall_time(flag, text); };
  };
  line.verb("events", "Who changed, when, from what to what, and by which check",
            "  flatline events                           the last hour, the newest last\n"
            "  flatline events role=db --since 1d\n"
            "  flatline events web-1 'db-*' --from 03:00 --to 03:30\n"
            "  flatline events failing silent -o names   who did or no longer does\n"
            "  flatline events --follow                  from now on, until Ctrl-C\n"
            "  flatline events --follow --since 10m -o json | jq -c .name\n"
            "The past is compared step by step (history_step), the present tick by\n"
            "tick. Where more than --lines hosts changed at once, those that changed\n"
            "alike are one line. JSON is one object a line; its fields are in\n"
            "schema/API.md. What a follower missed while the collector was away it\n"
            "tells from stored steps, and says so. Filters select hosts that match\n"
            "before or after (flatline ls --help).")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}})
      .takes_any("of", asked->of, "Filters, hosts, or patterns of hosts (default: all)")
      .flag("--follow", asked->follows, "Go on with what changes now")
      .option(
          "--since DURATION",
          [asked](const std::string& text) {
            asked->since =
                read_flag_duration("--since", text, Milliseconds{1}, kLongestEventsSince);
          },
          "How far back (default 1h; with --follow not at all)")
      .option("--from TIME", reads_moment(asked->from, "--from"), "The moment at which it begins")
      .option("--to TIME", reads_moment(asked->to, "--to"),
              "The moment at which it ends (default: now)")
      .option(
          "--limit N",
          [asked](const std::string& text) {
            asked->limit = read_flag_number("--limit", text, 1, kMaxEventLines);
          },
          "The newest lines alone, so many")
      .option(
          "--lines N",
          [asked](const std::string& text) {
            asked->lines = read_flag_number("--lines", text, 0, kMaxEventLines);
          },
          "So many lines of one moment (default 20; 0: each change is one)")
      .runs([asked](Session& session) { return events(session, *asked); });
}

}  // namespace flatline::cli
