#include "collector/api/drain_reasons.h"

namespace flatline {

void DrainReasons::explain(const HostRecord& record, HostRowAnswer& row) {
  if (!row.drain) return;
  if (!is_read_) read_actions();
  auto found = drains_.find({record.agent_id, record.drained_until});
  // An action for many hosts keeps no list of them: the end, which they share, must do.
  if (found == drains_.end()) found = drains_.find({AgentId::kNone, record.drained_until});
  if (found == drains_.end()) return;
  row.drain->why = found->second.request.why.view();
  row.drain->by = found->second.request.by.view();
}

/// Of two drains with one end the newer one counts. A record that the writer overtakes is left out:
/// it is overwritten by a newer action.
void DrainReasons::read_actions() {
  is_read_ = true;
  for (std::uint32_t place = 0; place < board_.recent.size(); ++place) {
    ActionRecord action;
    if (!board_.recent.read(place, action) || action.number == 0) continue;
    if (action.request.kind != ActionKind::kDrain) continue;
    const auto [at, is_new] = drains_.emplace(
        std::pair{action.names > 1 ? AgentId::kNone : action.request.agent_id, action.until},
        action);
    if (!is_new && at->second.number < action.number) at->second = action;
  }
}

}  // namespace flatline
