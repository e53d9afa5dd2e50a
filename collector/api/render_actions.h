#pragma once

// Makes answers of operators' actions. Pure: the functions are handed the host table and the time.

#include "collector/view/action.h"
#include "collector/view/host_table.h"
#include "schema/answers/action_answers.h"

namespace flatline {

/// Returns `in force`, `expired` or `ended`, or `done` for an action that was over as soon as it
/// was performed. It goes by what holds in the action's slot or place now. If the loop overtakes
/// that look at every attempt, it returns `ended`.
std::string_view action_state(const ActionRecord& action, const HostTable& host_table,
                              WallTime now);

ActionAnswer render_action(const ActionRecord& action, const HostTable& host_table, WallTime now);

}  // namespace flatline
