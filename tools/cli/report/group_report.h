#pragma once

// Groups of hosts as text for people. Pure; as report.h says.

#include <cstddef>
#include <string>
#include <vector>

#include "schema/answers/group_answers.h"
#include "schema/answers/view_answers.h"

namespace flatline::cli {

/// A table of groups, those in trouble first.
std::string report_groups(const GroupsAnswer& groups, bool colored, std::size_t columns = 0);
/// Their names, KEY=VALUE, a line each, in the same order.
std::string report_group_names(const GroupsAnswer& groups);

/// All groups and what is under `other`, the worst first: those below their quorum, in panic, and
/// then by the share and the number of hosts that are down.
std::vector<GroupAnswer> worst_first(const GroupsAnswer& answer);

/// The lines of a status that tell which groups are in trouble; empty where none is.
std::string report_group_troubles(const SummaryAnswer& summary, bool colored);

/// KEY=VALUE, or KEY=(other): no value is written so.
std::string group_text(const GroupAnswer& group);
/// What a quorum asks for: `80 % healthy, at least 3`.
std::string quorum_text(const GroupAnswer& group);
/// Whether the group has this flag.
bool is_said(const GroupAnswer& group, const char* flag);
/// Hosts of the group that are neither healthy nor drained.
std::uint32_t down_in(const GroupAnswer& group);

}  // namespace flatline::cli
