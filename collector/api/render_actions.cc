#include "collector/api/render_actions.h"

#include <algorithm>

#include "collector/api/render.h"
#include "schema/program/duration.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

bool still_drains(const ActionRecord& action, const HostTable& host_table) {
  HostRecord record;
  return action.place < host_table.capacity() && host_table.read(action.place, record) &&
         record.registered && record.agent_id == action.request.agent_id &&
         record.drained_until == action.until;
}

bool still_awaits(const ActionRecord& action, const HostTable& host_table) {
  HostRecord record;
  return action.place < host_table.capacity() && host_table.read(action.place, record) &&
         record.registered && record.agent_id == action.request.agent_id && record.awaited;
}

bool still_freezes(const ActionRecord& action, const HostTable& host_table) {
  Freeze freeze;
  return host_table.actions().freeze.read(0, freeze) && freeze.until == action.until;
}

/// The ban that an action left in its place, or an empty one if the place is another agent's now.
Ban ban_of(const ActionRecord& action, const HostTable& host_table) {
  Ban ban;
  const auto& bans = host_table.actions().bans;
  if (action.place >= bans.size() || !bans.read(action.place, ban) ||
      ban.agent_id != action.request.agent_id) {
    return {};
  }
  return ban;
}

bool is_for_many(const ActionRecord& action) {
  return action.names > 1;
}

bool still_holds(const ActionRecord& action, const HostTable& host_table, DrainEnds& drain_ends) {
  switch (action.request.kind) {
    case ActionKind::kDrain:
      return is_for_many(action) ? drain_ends.has(action.until) : still_drains(action, host_table);
    case ActionKind::kExpect:
      return still_awaits(action, host_table);
    case ActionKind::kFreeze:
      return still_freezes(action, host_table);
    case ActionKind::kForget:
      return ban_of(action, host_table).tombstoned != 0;
    case ActionKind::kRevoke:
      return ban_of(action, host_table).revoked_below == action.request.below;
    case ActionKind::kUndrain:
    case ActionKind::kAdmit:
    case ActionKind::kReset:
    case ActionKind::kUnfreeze:
    case ActionKind::kUnexpect:
      break;
  }
  return false;
}

/// Whether anything of the action can be left after it was performed. Of many hosts that is told of
/// a drain alone.
bool lasts(const ActionRecord& action) {
  const ActionKind kind = action.request.kind;
  if (is_for_many(action)) return has_end(kind) && action.number != 0;
  return has_end(kind) || kind == ActionKind::kExpect ||
         (kind == ActionKind::kForget && action.place != kNoPlace) ||
         (kind == ActionKind::kRevoke && action.request.below > 0);
}

}  // namespace

bool DrainEnds::has(WallTime end) {
  if (!ends_) {
    ends_.emplace();
    for (std::uint32_t slot = 0; slot < host_table_.capacity(); ++slot) {
      const WallTime drained_until = host_table_.drained_until(slot);
      if (drained_until == WallTime{}) continue;
      if (ends_->empty() || ends_->back() != drained_until) ends_->push_back(drained_until);
    }
    std::sort(ends_->begin(), ends_->end());
  }
  return std::binary_search(ends_->begin(), ends_->end(), end);
}

std::string_view action_state(const ActionRecord& action, const HostTable& host_table,
                              DrainEnds& drain_ends, WallTime now) {
  if (!lasts(action)) return "done";
  const ActionKind kind = action.request.kind;
  const bool holds = still_holds(action, host_table, drain_ends);
  if (has_end(kind) && action.until <= now) return holds ? "expired" : "ended";
  if (!holds) return "ended";
  return action.request.from > now ? "planned" : "in force";
}

ActionAnswer render_action(const ActionRecord& action, const HostTable& host_table,
                           DrainEnds& drain_ends, WallTime now) {
  const ActionRequest& request = action.request;
  ActionAnswer answer;
  answer.number = static_cast<double>(action.number);
  answer.action = action_name(request.kind);
  answer.host = request.host.view();
  answer.by = request.by.view();
  answer.token_name = request.token_name.view();
  answer.why = request.why.view();
  answer.at = format_rfc3339(action.at);
  if (has_end(request.kind)) {
    if (request.length > Milliseconds{0}) answer.length = format_duration(request.length);
    answer.until = format_rfc3339(action.until);
    if (request.from != WallTime{}) answer.from = format_rfc3339(request.from);
  }
  if (request.kind == ActionKind::kRevoke) answer.below = request.below;
  answer.changed = action.changed != 0;
  answer.state = action_state(action, host_table, drain_ends, now);
  answer.key = request.key.view();
  answer.hosts = action.names;
  answer.hosts_changed = is_about_host(request.kind) ? action.changed : 0;
  return answer;
}

}  // namespace flatline
