#pragma once

// Makes answers of operators' actions. Pure: the functions are handed the host table and the time.

#include <optional>
#include <string_view>
#include <vector>

#include "collector/view/action.h"
#include "collector/view/host_table.h"
#include "schema/answers/action_answers.h"

namespace flatline {

/// When the drains end that hosts have now. A drain of many hosts keeps no list of them, so whether
/// it holds is told by its end. It looks through the host table once, when it is first asked.
class DrainEnds {
 public:
  explicit DrainEnds(const HostTable& host_table) : host_table_(host_table) {}
  [[nodiscard]] bool has(WallTime end);

 private:
  const HostTable& host_table_;
  std::optional<std::vector<WallTime>> ends_;  ///< In ascending order.
};

/// Returns `planned`, `in force`, `expired` or `ended`, or `done` for an action that was over as
/// soon as it was performed. It goes by what holds in the action's slot or place now. If the loop
/// overtakes that look at every attempt, it returns `ended`.
std::string_view action_state(const ActionRecord& action, const HostTable& host_table,
                              DrainEnds& drain_ends, WallTime now);

ActionAnswer render_action(const ActionRecord& action, const HostTable& host_table,
                           DrainEnds& drain_ends, WallTime now);

}  // namespace flatline
