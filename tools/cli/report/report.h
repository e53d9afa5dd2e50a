#pragma once

// Answers as text for people. Pure. Text that came from the network is made plain before it is
// shown.

#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/view_answers.h"

namespace flatline::cli {

std::string report_summary(const SummaryAnswer& summary, bool colored);
/// The summary on one line, for `watch` where there is no terminal.
std::string report_summary_line(const SummaryAnswer& summary);
std::string report_hosts(const HostPageAnswer& page, bool colored);
/// A table of names and states alone, because no more is stored of the past.
std::string report_states(const HostPageAnswer& page, bool colored);
std::string report_host(const HostAnswer& host, bool colored);

/// An age as `0.3s`, `12s`, `3m05s`, `2h10m` or `5d3h`; `long` beyond 30,000 years, and for what is
/// no number.
std::string format_age(double seconds);

/// Words of the collector in one line, without what could steer a terminal.
std::string join_plain(const std::vector<std::string>& parts, std::string_view between);

/// A monitoring plugin's answer: exit code 0 to 3 and one line.
struct PluginResult {
  int exit_code = 3;
  std::string line;
};
PluginResult check_fleet(const SummaryAnswer& summary, double warning_percent,
                         double critical_percent);
PluginResult check_host(const HostAnswer& host);
/// UNKNOWN with its reason on one line.
PluginResult plugin_failure(std::string_view reason);

}  // namespace flatline::cli
