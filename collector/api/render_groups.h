#pragma once

// Makes answers of a view's table of groups, as render.h does of the rest. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "collector/view/view.h"
#include "schema/answers/group_answers.h"
#include "schema/answers/view_answers.h"

namespace flatline {

/// The groups of the key with this index, or of all keys. `total` counts them all.
GroupsAnswer render_groups(const ViewHead& head, const GroupTable& table,
                           std::optional<std::size_t> key, Duration tick, Instant now);

/// Fills in what a summary tells of groups: which are below their quorum or in panic.
void render_group_troubles(const GroupTable& table, SummaryAnswer& answer);

/// What is wrong with a key that the collector does not group by: it names those that it does.
std::string no_such_group_key(const GroupTable& table, std::string_view key);

/// The index of a key that the collector groups by.
std::optional<std::size_t> find_group_key(const GroupTable& table, std::string_view key);

}  // namespace flatline
