#pragma once

// Answers about the past as text for people. Pure. Whatever came from the network is made plain
// before it is shown; times are UTC and say so.

#include <cstddef>
#include <string>

#include "schema/answers/past_answers.h"

namespace flatline::cli {

/// What changed, grouped by what it changed from and to, names folded.
std::string report_diff(const DiffAnswer& diff, bool colored);
/// The names of the hosts that changed, came or went, folded, one group a line.
std::string diff_names(const DiffAnswer& diff);

/// One host: a line of at most `columns` characters, each the worst of its stretch of time; every
/// transition; the share of time healthy.
std::string report_host_history(const HostHistoryAnswer& history, std::size_t columns,
                                bool colored);

/// Counts over time, a row a bucket.
std::string report_fleet_history(const FleetHistoryAnswer& history, bool colored);

}  // namespace flatline::cli
