#pragma once

// Operators' actions to answers: pure, handed the time.

#include "collector/view/action.h"
#include "collector/view/host_table.h"
#include "schema/answers/action_answers.h"

namespace flatline {

/// `in force`, `expired`, `ended`, or `done` for what is over as soon as it is done. From what is
/// true of its slot or place now; an answer that is overtaken at every attempt says `ended`.
std::string_view action_state(const ActionRecord& action, const HostTable& host_table,
                              WallTime now);

ActionAnswer render_action(const ActionRecord& action, const HostTable& host_table, WallTime now);

}  // namespace flatline
