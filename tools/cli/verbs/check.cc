// The verb check: a monitoring plugin for the fleet, or for one host.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "tools/cli/group_question.h"
#include "tools/cli/report/counted.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/plugin_report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct CheckOptions {
  std::string host;
  std::string host_by_flag;
  std::string filter;
  std::string group;
  PluginLimits limits;
  unsigned verbosity = 0;
};

/// Reads a range of percentages. Each of its numbers may be followed by a percent sign.
PercentRange read_percents(std::string_view flag, const std::string& text) {
  constexpr std::string_view kForm =
      "percent from 0 to 100, as 5, or a range of them, as 5:, ~:5, 5:20 or @5:20";
  std::string numbers = text;
  numbers.erase(std::remove(numbers.begin(), numbers.end(), '%'), numbers.end());
  const auto range = parse_range(numbers);
  const auto allowed = [](double percent) {
    return !std::isfinite(percent) || (percent >= 0 && percent <= 100);
  };
  if (!range || !allowed(range->low) || !allowed(range->high)) refuse_flag(flag, text, kForm);
  return {*range, numbers};
}

std::string host_of(const CheckOptions& options) {
  if (!options.host.empty() && !options.host_by_flag.empty()) {
    throw UsageError("check: NAME and -H both name the host; give one");
  }
  const std::string& host = options.host.empty() ? options.host_by_flag : options.host;
  if (!host.empty() && !options.filter.empty()) {
    throw UsageError("check: a host's name and --filter both say what is judged; give one");
  }
  if (!options.group.empty() && !(host.empty() && options.filter.empty())) {
    throw UsageError("check: --group and another flag both say what is judged; give one");
  }
  if (!host.empty()) require_host_name(host);
  return host;
}

int say_result(Session& session, const SummaryAnswer& summary, PluginResult result,
               unsigned verbosity) {
  result = with_note(std::move(result), session.client.stand_in_note());
  if (verbosity > 2) result.line += explain_collector(summary, session.client.api());
  print(result.line);
  return result.exit_code;
}

/// Judges the hosts that match as a fleet of its own.
int check_hosts(Session& session, SummaryAnswer summary, const CheckOptions& options) {
  if (!options.filter.empty()) {
    summary = count_hosts(session.client.bitmap(options.filter), std::move(summary));
    if (summary.hosts == 0) {
      return say_result(session, summary, plugin_failure("no host matches " + options.filter),
                        options.verbosity);
    }
  }
  PluginResult result = check_fleet(summary, options.limits);
  if (options.verbosity > 0) {
    const std::string down = both_of("known & !healthy & !drained", options.filter);
    result.line += explain_fleet(summary, session.client.hosts(down));
  }
  return say_result(session, summary, std::move(result), options.verbosity);
}

int check_one_group(Session& session, const SummaryAnswer& summary, const CheckOptions& options) {
  const std::string key = options.group.substr(0, options.group.find('='));
  PluginResult result =
      check_group(options.group, ask_groups(session.client, key), summary, options.limits);
  if (options.verbosity > 0) {
    // `label:`, because a key may be a word of the filter language.
    const std::string down = both_of("known & !healthy & !drained", "label:" + options.group);
    result.line += explain_fleet({}, session.client.hosts(down));
  }
  return say_result(session, summary, std::move(result), options.verbosity);
}

int check(Session& session, const CheckOptions& options) {
  const std::string name = host_of(options);
  const SummaryAnswer summary = session.client.summary();
  if (!options.group.empty()) return check_one_group(session, summary, options);
  if (name.empty()) return check_hosts(session, summary, options);
  const auto host = session.client.host(name);
  if (!host) {
    return say_result(
        session, summary,
        plugin_failure("no host is registered as " + name + host_hint(session.client, name)),
        options.verbosity);
  }
  PluginResult result = check_host(*host, summary);
  if (options.verbosity > 0) result.line += explain_host(*host, options.verbosity > 1);
  return say_result(session, summary, std::move(result), options.verbosity);
}

}  // namespace

void add_check_verb(CommandLine& line) {
  const auto checked = std::make_shared<CheckOptions>();
  line.verb("check", "A monitoring plugin: the fleet, a group, or one host",
            "  flatline check -w 5 -c 20\n  flatline check -H web-1 -t 10\n"
            "  flatline check --filter 'role=db & zone=eu-1a' -w 0 -c 10\n"
            "  flatline check --group role=web\n"
            "Percent are of the hosts that are not drained: how many of these fail, are\n"
            "silent or missing. WARNING, too, while storage is degraded, hosts are in\n"
            "conflict or refused (unless by `forget` or `revoke`). A drained host is OK.\n"
            "A group is CRITICAL where its quorum does not hold, be it that nobody is in it;\n"
            "where one holds, -w and -c count if they are given. A group that is not there,\n"
            "and has no quorum, is UNKNOWN.\n"
            "UNKNOWN when the collector does not answer, its view is old, or it is warming or\n"
            "blind. Whatever else goes wrong, a wrong command line too, is UNKNOWN as well:\n"
            "one line on stdout, exit code 3. Of a context with two collectors the second is\n"
            "asked where the first does not answer within half of the time; the text says\n"
            "so.")
      .is_plugin()
      .may_take("name", checked->host, "One host instead of the fleet")
      .option("-H,--host HOST", checked->host_by_flag, "The same")
      .option("--filter FILTER", checked->filter, "The hosts that match, as a fleet of their own")
      .option(
          "--group KEY=VALUE",
          [checked](const std::string& text) {
            const bool is_one =
                is_labels(text) && !text.empty() && text.find(',') == std::string::npos;
            if (!is_one) refuse_flag("--group", text, "KEY=VALUE");
            checked->group = text;
          },
          "One group, KEY=VALUE, instead of the fleet")
      .option(
          "-w,--warning RANGE",
          [checked](const std::string& text) {
            checked->limits.warning = read_percents("--warning", text);
            checked->limits.are_asked = true;
          },
          "More percent down, or percent outside a range: WARNING (default 5)")
      .option(
          "-c,--critical RANGE",
          [checked](const std::string& text) {
            checked->limits.critical = read_percents("--critical", text);
            checked->limits.are_asked = true;
          },
          "More percent down, or percent outside a range: CRITICAL (default 20)")
      .takes_plain_timeout("-t", "The same as --timeout; a plain number is seconds")
      .counted("-v,--verbose", checked->verbosity,
               "More lines: who is down and why; -vv, -vvv: even more")
      .runs([checked](Session& session) { return check(session, *checked); });
}

}  // namespace flatline::cli
