#pragma once

// Answers about the past as text for people. Pure. Text that came from the network is made plain
// before it is shown. Times are UTC and say so.

#include <cstddef>
#include <string>

#include "schema/answers/past_answers.h"

namespace flatline::cli {

/// A table of what changed, grouped by the states before and after, with names folded.
std::string report_diff(const DiffAnswer& diff, bool colored, std::size_t columns = 0);
/// The names of the hosts that changed, came or went, folded, each group on a line.
std::string diff_names(const DiffAnswer& diff);

/// One host's history: a line of at most `columns` characters, each of which shows the worst of its
/// stretch of time; then every transition, and the share of time in which the host was healthy.
std::string report_host_history(const HostHistoryAnswer& history, std::size_t columns,
                                bool colored);

/// One host at a past moment.
std::string report_host_then(const HostThenAnswer& host, bool colored, std::size_t columns);

/// The fleet's counts over time, with a row for each bucket.
std::string report_fleet_history(const FleetHistoryAnswer& history, bool colored,
                                 std::size_t columns = 0);

}  // namespace flatline::cli
