#pragma once

// The collector's own work over time as text for people. Pure.

#include <cstddef>
#include <string>

#include "schema/answers/past_answers.h"

namespace flatline::cli {

/// A row for each bucket: what was received and published, the share of a processor, the ticks.
/// Whatever the fleet went through meanwhile, the lines are to be alike.
std::string report_collector_history(const CollectorHistoryAnswer& history, bool colored,
                                     std::size_t columns = 0);

}  // namespace flatline::cli
