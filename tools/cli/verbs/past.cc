// The verbs at, diff and history: the fleet as it was.

#include <fmt/core.h>

#include "schema/answers/past_json.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "tools/cli/report/past_report.h"
#include "tools/cli/report/work_report.h"
#include "tools/cli/verbs/between.h"
#include "tools/cli/verbs/verbs.h"
#include "tools/cli/wall_time_arguments.h"

namespace flatline::cli {
namespace {

constexpr std::chrono::hours kDefaultSince{6};
constexpr std::chrono::hours kLongestSince{24 * 1000};
/// How many rows the fleet's history has where no terminal says how many fit.
constexpr std::size_t kDefaultPoints = 24;

struct DiffOptions {
  std::string before;  ///< A moment; or a collector, where two of these are compared.
  std::string after;
  std::string filter;
  bool between = false;
};

struct HistoryOptions {
  std::string host;
  std::string group;
  bool fleet = false;
  bool collector = false;
  std::optional<Milliseconds> since;
  std::optional<WallTime> from;
  std::optional<WallTime> to;
};

struct Stretch {
  WallTime from;
  WallTime to;
};

int diff(Session& session, const DiffOptions& options) {
  if (options.between) {
    if (!options.filter.empty())
      throw UsageError("diff --between: compares all hosts, no filter's");
    return diff_between(session, options.before, options.after);
  }
  if (options.before.empty()) throw UsageError("diff: give a moment, as -15m, or --between");
  const WallTime from = read_wall_time("before", options.before);
  const auto to =
      options.after.empty() ? std::nullopt : std::optional{read_wall_time("after", options.after)};
  const DiffAnswer answer = session.client.diff(from, to, options.filter);
  tell_note(answer.note);
  print(session.options.output == Output::kJson ? to_json(answer) + "\n"
        : session.options.output == Output::kNames
            ? diff_names(answer)
            : report_diff(answer, session.colored(), session.columns()));
  return 0;
}

Stretch stretch_of(const HistoryOptions& options) {
  if (options.since && options.from) {
    throw UsageError("--since and --from both say when it begins; give one");
  }
  const WallTime to = options.to.value_or(wall_now());
  const WallTime from = options.from.value_or(to - options.since.value_or(kDefaultSince));
  if (from >= to) throw UsageError("--from must be before --to, or before now");
  return {from, to};
}

/// How many rows a history has.
std::size_t points_of(const Session& session) {
  // These rows are left for the headings, and for the prompt that follows.
  constexpr std::size_t kOtherRows = 3;
  const std::size_t rows = session.terminal.rows;
  return session.terminal.is_terminal && rows > 2 * kOtherRows ? rows - kOtherRows : kDefaultPoints;
}

int collector_history(Session& session, const Stretch& stretch) {
  const CollectorHistoryAnswer answer =
      session.client.collector_history(stretch.from, stretch.to, points_of(session));
  print(session.options.output == Output::kJson
            ? to_json(answer) + "\n"
            : report_collector_history(answer, session.colored(), session.columns()));
  return 0;
}

int fleet_history(Session& session, const Stretch& stretch, const std::string& group) {
  const FleetHistoryAnswer answer =
      session.client.fleet_history(stretch.from, stretch.to, points_of(session), group);
  print(session.options.output == Output::kJson
            ? to_json(answer) + "\n"
            : report_fleet_history(answer, session.colored(), session.columns()));
  return 0;
}

int history(Session& session, const HistoryOptions& options) {
  const int asked = (options.fleet ? 1 : 0) + (options.collector ? 1 : 0) +
                    (options.host.empty() ? 0 : 1) + (options.group.empty() ? 0 : 1);
  if (asked != 1) {
    throw UsageError(
        "history: give a host, or --fleet for all of them together, or --group role=web for a part "
        "of them, or --collector for what it did itself");
  }
  const Stretch stretch = stretch_of(options);
  if (options.collector) return collector_history(session, stretch);
  if (options.host.empty()) return fleet_history(session, stretch, options.group);
  require_host_name(options.host);
  const HostHistoryAnswer answer =
      session.client.host_history(options.host, stretch.from, stretch.to);
  print(session.options.output == Output::kJson
            ? to_json(answer) + "\n"
            : report_host_history(answer, session.terminal.columns, session.colored()));
  return 0;
}

}  // namespace

void add_past_verbs(CommandLine& line) {
  line.verb("at", "How the fleet was: status, ls, show, map or bitmap of a moment",
            "  flatline at -15m                          status, a quarter of an hour ago\n"
            "  flatline at -15m ls failing -o names\n"
            "  flatline at -15m show web-1\n"
            "  flatline at 03:14 map                     when it last was 03:14 here\n"
            "  flatline at 2026-11-23T03:14:00Z bitmap --plane healthy -o names")
      .looks_back("time", "status");

  const auto compared = std::make_shared<DiffOptions>();
  line.verb("diff", "What changed between two moments, or what two collectors say otherwise",
            "  flatline diff -15m                        until now\n"
            "  flatline diff 03:00 03:30\n"
            "  flatline diff -1h -o names\n"
            "  flatline diff -1h --filter role=db        of hosts that match before or after\n"
            "  flatline diff --between mon-1 mon-2       by the names of hosts, now\n"
            "  flatline diff --between                   the two of the context\n"
            "Of two collectors (flatline contexts --help) it tells the hosts of which they\n"
            "say different things at two readings a tick apart, and ends by 0 also then.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}})
      .may_take("before", compared->before, "The earlier moment, or a collector")
      .may_take("after", compared->after, "The later one (default: now), or another collector")
      .flag("--between", compared->between, "Compare two collectors")
      .option("--filter FILTER", compared->filter, "Only hosts that match at one of the two")
      .runs([compared](Session& session) { return diff(session, *compared); });

  const auto asked = std::make_shared<HistoryOptions>();
  line.verb("history", "One host, the fleet, or the collector itself, over time",
            "  flatline history web-1 --since 6h\n"
            "  flatline history web-1 --from 03:00 --to 03:30\n"
            "  flatline history --fleet --since 1d\n"
            "  flatline history --group role=web\n"
            "  flatline history --collector --since 1d   the flat line")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .may_take("host", asked->host, "The host")
      .flag("--fleet", asked->fleet, "All hosts together")
      .option("--group KEY=VALUE", asked->group,
              "The hosts with a label that the collector groups by")
      .flag("--collector", asked->collector, "What the collector itself did")
      .option(
          "--since DURATION",
          [asked](const std::string& text) {
            asked->since = read_flag_duration("--since", text, Milliseconds{1}, kLongestSince);
          },
          "How far back (default 6h)")
      .option(
          "--from TIME",
          [asked](const std::string& text) { asked->from = read_wall_time("--from", text); },
          "The moment at which it begins")
      .option(
          "--to TIME",
          [asked](const std::string& text) { asked->to = read_wall_time("--to", text); },
          "The moment at which it ends (default: now)")
      .runs([asked](Session& session) { return history(session, *asked); });
}

}  // namespace flatline::cli
