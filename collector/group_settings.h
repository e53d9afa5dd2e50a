#pragma once

// The settings about groups in the collector's file: `group_by` and the `[[quorum]]` tables.

#include <string>
#include <vector>

#include "collector/view/groups.h"
#include "schema/program/settings.h"

namespace flatline {

/// By what a collector groups whose configuration does not say: what its hosts do and where they
/// are, the two questions that every outage raises. Hosts without these labels are in no group.
std::vector<LabelText> default_group_by();

/// Reads `group_by`. Returns `default_keys` where it is absent. What is wrong is remembered by the
/// table.
std::vector<LabelText> read_group_by(SettingsTable& file, std::vector<LabelText> default_keys);

/// Reads all `[[quorum]]` tables, each of which must name a group of one of `keys`, and none twice.
/// What is wrong is remembered by the table.
std::vector<QuorumRule> read_quorums(SettingsTable& file, const std::vector<LabelText>& keys);

/// The group's name as people write it: KEY=VALUE.
std::string group_name(const LabelText& key, const LabelText& value);

}  // namespace flatline
