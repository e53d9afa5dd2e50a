#include "collector/api/render_actions.h"

#include "collector/api/render.h"
#include "schema/program/duration.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

bool still_drains(const Action& action, const Roster& roster) {
  HostRecord record;
  return action.place < roster.capacity() && roster.read(action.place, record) &&
         record.registered && record.agent_id == action.lever.agent_id &&
         record.drained_until == action.until;
}

bool still_awaits(const Action& action, const Roster& roster) {
  HostRecord record;
  return action.place < roster.capacity() && roster.read(action.place, record) &&
         record.registered && record.agent_id == action.lever.agent_id && record.awaited;
}

bool still_freezes(const Action& action, const Roster& roster) {
  Freeze freeze;
  return roster.levers().freeze.read(0, freeze) && freeze.until == action.until;
}

/// The order that an action left in its place; of nobody if it is another's now.
StandingOrder order_of(const Action& action, const Roster& roster) {
  StandingOrder order;
  const auto& orders = roster.levers().orders;
  if (action.place >= orders.size() || !orders.read(action.place, order) ||
      order.agent_id != action.lever.agent_id) {
    return {};
  }
  return order;
}

bool still_holds(const Action& action, const Roster& roster) {
  switch (action.lever.kind) {
    case LeverKind::kDrain:
      return still_drains(action, roster);
    case LeverKind::kExpect:
      return still_awaits(action, roster);
    case LeverKind::kFreeze:
      return still_freezes(action, roster);
    case LeverKind::kForget:
      return order_of(action, roster).tombstoned != 0;
    case LeverKind::kRevoke:
      return order_of(action, roster).revoked_below == action.lever.below;
    case LeverKind::kUndrain:
    case LeverKind::kAdmit:
    case LeverKind::kReset:
    case LeverKind::kUnfreeze:
      break;
  }
  return false;
}

}  // namespace

std::string_view action_state(const Action& action, const Roster& roster, WallTime now) {
  const LeverKind kind = action.lever.kind;
  const bool lasts = has_end(kind) || kind == LeverKind::kExpect ||
                     (kind == LeverKind::kForget && action.place != kNoPlace) ||
                     (kind == LeverKind::kRevoke && action.lever.below > 0);
  if (!lasts) return "done";
  const bool holds = still_holds(action, roster);
  if (has_end(kind) && action.until <= now) return holds ? "expired" : "ended";
  return holds ? "in force" : "ended";
}

ActionAnswer render_action(const Action& action, const Roster& roster, WallTime now) {
  const Lever& lever = action.lever;
  ActionAnswer answer;
  answer.number = static_cast<double>(action.number);
  answer.action = lever_name(lever.kind);
  answer.host = lever.host.view();
  answer.by = lever.by.view();
  answer.why = lever.why.view();
  answer.at = format_rfc3339(action.at);
  if (has_end(lever.kind)) {
    answer.length = format_duration(lever.length);
    answer.until = format_rfc3339(action.until);
  }
  if (lever.kind == LeverKind::kRevoke) answer.below = lever.below;
  answer.changed = action.changed != 0;
  answer.state = action_state(action, roster, now);
  answer.key = lever.key.view();
  return answer;
}

}  // namespace flatline
