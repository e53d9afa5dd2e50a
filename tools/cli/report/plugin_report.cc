#include "tools/cli/report/plugin_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "schema/limits.h"
#include "schema/wire/text.h"
#include "tools/cli/report/group_report.h"
#include "tools/cli/report/hints.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"

namespace flatline::cli {
namespace {

constexpr std::array<std::string_view, 4> kWords = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

bool has_flag(const SummaryAnswer& summary, const char* flag) {
  return std::find(summary.flags.begin(), summary.flags.end(), flag) != summary.flags.end();
}

/// Hosts that are failing, silent or missing, drained or not.
std::uint32_t unhealthy_hosts(const SummaryAnswer& summary) {
  return summary.failing + summary.silent + summary.missing;
}

/// Such hosts without the drained ones. An older collector does not tell, and then all count.
std::uint32_t down_hosts(const SummaryAnswer& summary) {
  return summary.down.value_or(unhealthy_hosts(summary));
}

double down_percent(const SummaryAnswer& summary) {
  if (summary.hosts <= summary.drained) return 0;
  return 100.0 * down_hosts(summary) / (summary.hosts - summary.drained);
}

/// Why nothing that the collector says can be believed. Empty where it can.
std::string view_doubt(const SummaryAnswer& summary) {
  constexpr double kOldTicks = 5;
  // This is written so that an age which is NaN counts as old.
  if (summary.view_age_seconds <= kOldTicks * summary.collector.tick_seconds) return {};
  return fmt::format("the view is {} old", format_age(summary.view_age_seconds));
}

/// Why its word on silence cannot be believed. Empty where it can.
std::string silence_doubt(const SummaryAnswer& summary) {
  if (!has_flag(summary, "warming") && !has_flag(summary, "blind")) return {};
  return "the collector is " + join_plain(summary.flags, ", ");
}

/// Whether a refused host is somebody's trouble: it is, unless an operator keeps the host out, or
/// it was not refused for so long that it no longer tries. Who is named under a key that is not
/// live is silent, and counts as that: the rest is not proved.
bool is_trouble(const NoticeAnswer& notice) {
  constexpr double kPresent = std::chrono::duration<double>(kRefusalLasts).count();
  return notice.outcome != "tombstoned" && notice.outcome != "revoked" &&
         notice.outcome != "unknown_key" && notice.seconds_ago.value_or(0) <= kPresent;
}

/// What a person should look at although enough hosts are healthy. Empty if there is nothing.
std::string warnings_of(const SummaryAnswer& summary) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
  if (has_flag(summary, "degraded") || summary.storage.state == "degraded") {
    add("storage is degraded");
  }
  if (summary.conflict > 0) add(fmt::format("{} in conflict", summary.conflict));
  std::string refused;
  for (const NoticeAnswer& notice : summary.notices) {
    if (!is_trouble(notice)) continue;
    refused += fmt::format("{}{} {}", refused.empty() ? "" : ", ", to_plain_utf8(notice.host),
                           to_plain_utf8(notice.outcome));
  }
  if (!refused.empty()) add("refused: " + refused);
  return text;
}

std::string counts_text(const SummaryAnswer& summary) {
  std::string text =
      fmt::format("{} of {} healthy, {} failing, {} silent, {} missing", summary.healthy,
                  summary.hosts, summary.failing, summary.silent, summary.missing);
  if (summary.drained == 0) return text;
  text += fmt::format(", {} drained", summary.drained);
  const std::uint32_t unhealthy = unhealthy_hosts(summary);
  if (const std::uint32_t down = down_hosts(summary); down < unhealthy) {
    text += fmt::format(" ({} of the unhealthy)", unhealthy - down);
  }
  return text;
}

/// Performance data follows a bar, so there may be none before it.
std::string without_bars(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return text;
}

std::string line_of(int exit_code, const std::string& text, const std::string& figures) {
  return fmt::format("FLATLINE {} - {} | {}\n", kWords[static_cast<std::size_t>(exit_code)],
                     without_bars(text), figures);
}

}  // namespace

PluginResult check_fleet(const SummaryAnswer& summary, const PluginLimits& limits) {
  const double percent = down_percent(summary);
  const std::string warnings = warnings_of(summary);
  std::string why = view_doubt(summary);
  if (why.empty()) why = silence_doubt(summary);
  if (why.empty() && summary.hosts == 0) why = "no host is registered";
  PluginResult result;
  if (why.empty()) {
    result.exit_code = limits.critical.range.alerts(percent)                       ? 2
                       : limits.warning.range.alerts(percent) || !warnings.empty() ? 1
                                                                                   : 0;
  }
  if (!warnings.empty()) why += (why.empty() ? "" : "; ") + warnings;
  std::string text = (why.empty() ? "" : why + "; ") + counts_text(summary);
  if (result.exit_code != 0 && !summary.causes.empty()) {
    text += "; " + to_plain_utf8(summary.causes.front().text);
  }
  result.line = line_of(result.exit_code, text,
                        fmt::format("healthy={} failing={} silent={} missing={} drained={} down={} "
                                    "unhealthy={:.2f}%;{};{};0;100",
                                    summary.healthy, summary.failing, summary.silent,
                                    summary.missing, summary.drained, down_hosts(summary), percent,
                                    limits.warning.text, limits.critical.text));
  return result;
}

namespace {

/// What the group's limits say, without its quorum: an exit code from 0 to 2.
int exit_by_limits(const GroupAnswer& group, double percent, const PluginLimits& limits) {
  if (group.has_quorum() && !limits.are_asked) return is_said(group, "panic") ? 1 : 0;
  return limits.critical.range.alerts(percent) ? 2 : limits.warning.range.alerts(percent) ? 1 : 0;
}

/// The limits as performance data has them. A quorum's share is a limit, too.
std::string limits_text(const GroupAnswer& group, const PluginLimits& limits) {
  if (!group.has_quorum() || limits.are_asked) {
    return limits.warning.text + ";" + limits.critical.text;
  }
  return group.quorum_healthy_percent ? fmt::format(";{}", 100 - *group.quorum_healthy_percent)
                                      : ";";
}

/// A group that nobody has said anything of: perhaps another was meant.
PluginResult no_group(const std::string& name, const GroupsAnswer& groups) {
  std::vector<std::string> there;
  for (const GroupAnswer& group : groups.groups) there.push_back(group_text(group));
  std::string hint = did_you_mean(name, there);
  constexpr std::size_t kFew = 8;
  if (hint.empty() && !there.empty() && there.size() <= kFew) {
    hint = "; there are: " + join_plain(there, ", ");
  }
  return plugin_failure(fmt::format("no host is of {}, and no quorum names it{}", name, hint));
}

}  // namespace

PluginResult check_group(const std::string& name, const GroupsAnswer& groups,
                         const SummaryAnswer& summary, const PluginLimits& limits) {
  const auto found =
      std::find_if(groups.groups.begin(), groups.groups.end(),
                   [&](const GroupAnswer& group) { return group_text(group) == name; });
  std::string why = view_doubt(summary);
  if (why.empty()) why = silence_doubt(summary);
  if (found == groups.groups.end()) {
    return why.empty() ? no_group(name, groups) : plugin_failure(why);
  }
  const GroupAnswer& group = *found;
  const std::uint32_t down = down_in(group);
  const std::uint32_t in_service = group.hosts - std::min(group.hosts, group.drained);
  const double percent = in_service == 0 ? 0 : 100.0 * down / in_service;
  PluginResult result;
  if (why.empty()) {
    result.exit_code = is_said(group, "below") ? 2 : exit_by_limits(group, percent, limits);
  }
  std::string text = (why.empty() ? "" : why + "; ") + name;
  if (group.has_quorum()) {
    text +=
        fmt::format("{} {}", is_said(group, "below") ? " is below" : " has", quorum_text(group));
  }
  if (is_said(group, "panic")) text += ", in panic";
  text += fmt::format("; {} of {} healthy, {} failing, {} silent, {} missing", group.healthy,
                      group.hosts, group.failing, group.silent, group.missing);
  if (group.drained > 0) text += fmt::format(", {} drained", group.drained);
  result.line = line_of(result.exit_code, text,
                        fmt::format("healthy={} failing={} silent={} missing={} drained={} down={} "
                                    "unhealthy={:.2f}%;{};0;100",
                                    group.healthy, group.failing, group.silent, group.missing,
                                    group.drained, down, percent, limits_text(group, limits)));
  return result;
}

PluginResult check_host(const HostAnswer& host, const SummaryAnswer& summary) {
  const HostRowAnswer& row = host.row;
  const bool is_healthy = row.state == "healthy";
  const bool is_quiet = row.state == "silent" || row.state == "missing";
  const bool is_judged = is_healthy || is_quiet || row.state == "failing";
  const bool is_coming = row.state == "unknown" || row.state == "expected";
  std::string why = view_doubt(summary);
  if (why.empty() && is_quiet) why = silence_doubt(summary);
  PluginResult result;
  if (why.empty() && (is_judged || is_coming) && row.drained) {
    result.exit_code = 0;
  } else if (why.empty() && is_judged) {
    result.exit_code = !is_healthy ? 2 : row.warning || row.conflict ? 1 : 0;
  }
  std::string text =
      (why.empty() ? "" : why + "; ") + to_plain_utf8(row.name) + " is " + state_text(row);
  if (row.drain) text += " (" + drain_text(row) + ")";
  if (!row.message.empty()) text += ": " + message_text(row);
  result.line = line_of(result.exit_code, text,
                        fmt::format("checks_failing={} checks={}", row.checks_failing.value_or(0),
                                    row.checks.value_or(0)));
  return result;
}

std::string explain_fleet(const SummaryAnswer& summary, const HostPageAnswer& down) {
  std::map<std::string, std::vector<std::string>> by_state;
  for (const HostRowAnswer& host : down.hosts) by_state[state_text(host)].push_back(host.name);
  std::string text;
  for (auto& [state, names] : by_state) {
    const std::size_t count = names.size();
    text += fmt::format("{} {}: {}\n", count, state, join_plain(fold_names(std::move(names)), " "));
  }
  for (const NoticeAnswer& notice : summary.notices) {
    text += fmt::format("refused: {}: {}: {}\n", to_plain_utf8(notice.host),
                        to_plain_utf8(notice.outcome), to_plain_utf8(notice.detail));
  }
  if (!summary.storage.reason.empty()) {
    text += fmt::format("storage: {}\n", to_plain_utf8(summary.storage.reason));
  }
  for (const std::string& doubt : summary.doubts) {
    text += fmt::format("blind: {}\n", to_plain_utf8(doubt));
  }
  return without_bars(std::move(text));
}

std::string explain_host(const HostAnswer& host, bool all) {
  std::string text;
  for (const CheckResultAnswer& check : host.results) {
    if (!all && check.state == "OK") continue;
    const std::string message = check.message.empty()
                                    ? message_text(check.earlier_message, check.earlier_age_seconds)
                                    : to_plain_utf8(check.message);
    text += fmt::format(
        "{}: {}{}{}\n",
        check.name.empty() ? fmt::format("#{}", check.index) : to_plain_utf8(check.name),
        to_plain_utf8(check.state), message.empty() ? "" : ": ", message);
  }
  return without_bars(std::move(text));
}

std::string explain_collector(const SummaryAnswer& summary, std::string_view api) {
  return without_bars(fmt::format("{}: flatline {}, tick {:.0f} of {}, {} ago\n",
                                  to_plain_utf8(api), to_plain_utf8(summary.collector.version),
                                  summary.tick, to_plain_utf8(summary.time),
                                  format_age(summary.view_age_seconds)));
}

PluginResult with_note(PluginResult result, std::string_view note) {
  if (note.empty()) return result;
  const std::size_t end = std::min(result.line.find(" | "), result.line.find('\n'));
  result.line.insert(std::min(end, result.line.size()), "; " + without_bars(to_plain_utf8(note)));
  return result;
}

PluginResult plugin_failure(std::string_view reason) {
  return {3, fmt::format("FLATLINE UNKNOWN - {}\n", without_bars(to_plain_utf8(reason)))};
}

}  // namespace flatline::cli
