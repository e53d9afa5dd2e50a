#pragma once

// What the verb `check` says, as a monitoring plugin (Monitoring Plugins Development Guidelines): a
// state by exit code, and one line with performance data; with -v more lines. Pure. Text that came
// from the network is made plain before it is shown.

#include <string>
#include <string_view>

#include "agent/core/threshold.h"
#include "schema/answers/group_answers.h"
#include "schema/answers/view_answers.h"

namespace flatline::cli {

/// A plugin's answer. The exit code is 0 (OK), 1 (WARNING), 2 (CRITICAL) or 3 (UNKNOWN).
struct PluginResult {
  int exit_code = 3;
  std::string line;
};

/// A range of good percentages, and how it was typed, which performance data repeats.
struct PercentRange {
  Range range;
  std::string text;
};
struct PluginLimits {
  PercentRange warning{{.high = 5}, "5"};
  PercentRange critical{{.high = 20}, "20"};
  bool are_asked = false;  ///< Somebody gave one of them.
};

/// Judges the fleet by the percentage of its hosts that are down. A drained host is not counted at
/// all. It is at least a WARNING if storage is degraded, if hosts are in conflict, or if hosts were
/// refused that nobody keeps out.
PluginResult check_fleet(const SummaryAnswer& summary, const PluginLimits& limits);

/// Judges the group `name`, KEY=VALUE. Where it has a quorum, that decides, and `limits` only count
/// besides if they are asked; else they decide as for the fleet. A group that is neither there nor
/// named by a quorum is UNKNOWN.
PluginResult check_group(const std::string& name, const GroupsAnswer& groups,
                         const SummaryAnswer& summary, const PluginLimits& limits);

/// Judges one host. A drained host is OK whatever its state. `summary` tells how far the collector
/// can be believed.
PluginResult check_host(const HostAnswer& host, const SummaryAnswer& summary);

/// The lines that -v adds for the fleet: who is `down`, folded, and who is refused and why.
std::string explain_fleet(const SummaryAnswer& summary, const HostPageAnswer& down);
/// The lines that -v adds for a host: each check that is not OK, or with `all` each check.
std::string explain_host(const HostAnswer& host, bool all);
/// The lines that -vvv adds: where the answer came from, and how old it is.
std::string explain_collector(const SummaryAnswer& summary, std::string_view api);

/// The result with `note` at the end of its text; unchanged where that is empty.
PluginResult with_note(PluginResult result, std::string_view note);

/// UNKNOWN with its reason on one line.
PluginResult plugin_failure(std::string_view reason);

}  // namespace flatline::cli
