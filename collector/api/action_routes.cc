// The routes by which operators change something. A request is read as a whole and performed as one
// action. It is answered when the loop has performed the action and the disk has stored it; if the
// disk has not, the answer says so.

#include <fmt/core.h>

#include <algorithm>

#include "collector/api/action_request.h"
#include "collector/api/admin_gate.h"
#include "collector/api/render_actions.h"
#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "schema/answers/action_json.h"
#include "schema/invariant.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

ApiResponse refuse(ActionRefusal refusal) {
  ApiResponse refused = refuse_request(
      503, refusal == ActionRefusal::kClosed ? "the collector is stopping; ask again"
           : refusal == ActionRefusal::kFull ? "too many changes at once; ask again"
                                             : "the loop was busy and did nothing; ask again");
  refused.retry_after_seconds = kApiSlowRetrySeconds;
  return refused;
}

std::string no_host_text(ActionKind kind, const HostName& host) {
  return kind == ActionKind::kAdmit
             ? fmt::format("{} is neither registered nor forgotten: nothing keeps it out",
                           host.view())
             : fmt::format("no host is registered as {}", host.view());
}

std::string no_room_text() {
  return fmt::format(
      "{} hosts are forgotten or revoked already, which is all there is room for; admit some first",
      kBans);
}

std::string fleet_full_text(const ApiSources& sources) {
  return fmt::format("all {} slots are taken; forget hosts that are gone, or raise the capacity",
                     sources.board.capacity());
}

/// The text is the same for all hosts of one command, which has a key for each, so that the command
/// line can tell of all of them in one line.
ApiResponse refuse_reused_key(const ActionRecord& earlier, const ActionRequest& request) {
  const HostName& other = earlier.request.host == request.host ? HostName{} : earlier.request.host;
  return refuse_request(
      409, fmt::format(
               "this Idempotency-Key was used before for something else: {}{}{}; give every "
               "change a key of its own",
               action_name(earlier.request.kind), other.view().empty() ? "" : " ", other.view()));
}

/// A name that nobody has may be meant or mistyped, so a revocation asks. That a host is no longer
/// merely expected is seldom known to who takes it back.
std::string note_of_name(const ActionRequest& request, const ActionTarget& target,
                         ActionResult result, const ApiSources& sources) {
  if (request.kind == ActionKind::kUnexpect && result == ActionResult::kUnchanged) {
    return "it was heard, and stays until it is forgotten";
  }
  const bool refuses = request.kind == ActionKind::kRevoke && request.below > 0;
  if (!refuses || sources.host_table.find(target.agent_id)) return {};
  return "no host of that name is registered: is it spelt right?";
}

/// Whoever drains for an hour what a colleague drained for the night should hear of it.
std::string note_of_shortening(ActionKind kind, WallTime shortened) {
  if (shortened == WallTime{}) return {};
  return fmt::format("this ends an earlier {} that would have lasted until {}", action_name(kind),
                     format_rfc3339(shortened));
}

std::string note_of_storage(bool stored, const StorageStatus& storage) {
  if (stored) return {};
  return fmt::format("in force, but in memory only: {}; it is stored as soon as the disk takes it",
                     storage.degraded ? storage.reason : "the disk has not answered yet");
}

std::string both(const std::string& one, const std::string& other) {
  return one + (one.empty() || other.empty() ? "" : "; ") + other;
}

/// What is told of every action that was done or needed no doing.
ActionDoneAnswer done_answer(const ActionReply& done, const std::string& note,
                             const ApiSources& sources, WallTime now) {
  const bool recorded = done.action.number != 0;
  const bool stored = !recorded || sources.wait_for_action(done.action.turn, kStorePatience);
  DrainEnds drain_ends(sources.host_table);
  return {render_action(done.action, sources.host_table, drain_ends, now),
          done.result == ActionResult::kRepeated, stored,
          both(note, note_of_storage(stored, sources.storage()))};
}

/// Every action passes here, whose caller was found to be allowed to ask for it.
ActionOutcome perform(const ApiSources& sources, const ApiCall& call, const ActionRequest& request,
                      const ActionNames& names) {
  INVARIANT(call.caller.may(request.kind));
  return sources.perform_action(request, names, kActionPatience);
}

/// The answer to a request that was refused as a whole; nothing if it was performed.
std::optional<ApiResponse> refuse(const ActionOutcome& outcome, const ActionRequest& request) {
  if (const auto* refusal = std::get_if<ActionRefusal>(&outcome)) return refuse(*refusal);
  const auto& done = std::get<ActionReply>(outcome);
  if (done.result == ActionResult::kKeyReused) return refuse_reused_key(done.action, request);
  if (done.result == ActionResult::kPartMissing) {
    return refuse_request(409, fmt::format("part {} cannot come yet: the last was part {}",
                                           request.part, done.action.request.part));
  }
  return std::nullopt;
}

ApiResponse change(ActionKind kind, const ApiSources& sources, const ApiCall& call) {
  const AskedAction asked = read_action(kind, sources.fleet, call);
  if (const auto* refused = std::get_if<ApiResponse>(&asked)) return *refused;
  const auto& request = std::get<ActionRequest>(asked);
  const auto outcome = perform(sources, call, request, {});
  if (auto refused = refuse(outcome, request)) return std::move(*refused);
  const auto& done = std::get<ActionReply>(outcome);
  if (done.result == ActionResult::kNoHost) {
    return refuse_request(404, no_host_text(kind, request.host));
  }
  if (done.result == ActionResult::kNoRoom) return refuse_request(507, no_room_text());
  if (done.result == ActionResult::kFleetFull) {
    return refuse_request(507, fleet_full_text(sources));
  }
  const ActionTarget target{request.agent_id, request.host};
  const std::string note = both(note_of_name(request, target, done.result, sources),
                                note_of_shortening(kind, done.shortened));
  return {.body = to_json(done_answer(done, note, sources, call.moment.wall))};
}

// --- One request for many hosts -----------------------------------------------------------------

NameAnswer name_answer(const ActionRequest& request, const ActionTarget& target,
                       const NameOutcome& outcome, const ApiSources& sources) {
  const std::string name(target.host.view());
  switch (outcome.result) {
    case ActionResult::kNoHost:
      return {name, "unknown_host", no_host_text(request.kind, target.host)};
    case ActionResult::kNoRoom:
      return {name, "no_room", no_room_text()};
    case ActionResult::kFleetFull:
      return {name, "fleet_full", fleet_full_text(sources)};
    case ActionResult::kUnremembered:
      return {name, "unremembered", ""};
    case ActionResult::kUnchanged:
      return {name, "unchanged", note_of_name(request, target, outcome.result, sources)};
    default:
      break;
  }
  return {name, "done",
          both(note_of_name(request, target, outcome.result, sources),
               note_of_shortening(request.kind, outcome.shortened))};
}

ApiResponse refuse_hurry(Duration wait) {
  ApiResponse refused = refuse_request(
      429, fmt::format("too many names a second; wait as Retry-After says, {} names and more are "
                       "for more than one second",
                       kNamesPerAction));
  refused.retry_after_seconds = to_retry_seconds(wait);
  return refused;
}

ApiResponse change_names(const ApiSources& sources, const ApiCall& call) {
  const AskedNames asked = read_names_action(sources.fleet, call);
  if (const auto* refused = std::get_if<ApiResponse>(&asked)) return *refused;
  const auto& [request, targets] = std::get<NamesRequest>(asked);
  if (auto refused = sources.gate.refuse_role(call.caller, request.kind)) {
    return std::move(*refused);
  }
  const Duration wait = sources.gate.admit_names(targets.size(), call.moment.now, call.caller.role);
  if (wait > Duration{0}) return refuse_hurry(wait);
  std::vector<NameOutcome> outcomes(targets.size());
  const auto outcome = perform(sources, call, request, {targets, outcomes});
  if (auto refused = refuse(outcome, request)) return std::move(*refused);
  const auto& done = std::get<ActionReply>(outcome);
  NamesDoneAnswer answer{done_answer(done, note_of_shortening(request.kind, done.shortened),
                                     sources, call.moment.wall),
                         {}};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    answer.answers.push_back(name_answer(request, targets[i], outcomes[i], sources));
  }
  return {.body = to_json(answer)};
}

// --- What was done ------------------------------------------------------------------------------

ApiResponse actions(const ApiSources& sources, const ApiCall& call) {
  const std::string limit_text = call.request.parameter("limit");
  const auto limit = limit_text.empty() ? kDefaultPageActions : read_number(limit_text);
  if (!limit || *limit < 1 || *limit > kMaxPageActions) {
    return refuse_request(400, fmt::format("limit: must be 1 to {}", kMaxPageActions));
  }
  const ActionBoard& board = sources.host_table.actions();
  const std::uint64_t newest = board.newest_action;
  const std::string after_text = call.request.parameter("after");
  const auto after = after_text.empty() ? newest + 1 : read_number(after_text);
  if (!after || *after < 1) {
    return refuse_request(400, "after: must be the `next` of the page before");
  }
  ActionPageAnswer page;
  page.total = static_cast<std::uint32_t>(std::min<std::uint64_t>(newest, kActions));
  DrainEnds drain_ends(sources.host_table);
  const std::uint64_t gone = newest - page.total;  // Actions up to this number are overwritten.
  for (std::uint64_t number = std::min(*after - 1, newest); number > gone; --number) {
    if (page.actions.size() == *limit) {
      page.next = std::to_string(number + 1);
      break;
    }
    ActionRecord action;
    if (!board.recent.read(action_place(number), action)) return refuse_overtaken();
    if (action.number != number) continue;  // Overwritten meanwhile.
    page.actions.push_back(render_action(action, sources.host_table, drain_ends, call.moment.wall));
  }
  return {.body = to_json(page)};
}

}  // namespace

std::vector<Route> action_routes(const ApiSources& sources) {
  const auto request = [&sources](std::string_view method, std::string_view path, ActionKind kind) {
    Route route{method,
                path,
                {},
                Access::kOperators,
                [&sources, kind](const ApiCall& call) { return change(kind, sources, call); },
                RunsOn::kActionPool};
    route.action = kind;
    return route;
  };
  return {request("POST", "/api/v1/hosts/*/drain", ActionKind::kDrain),
          request("DELETE", "/api/v1/hosts/*/drain", ActionKind::kUndrain),
          request("DELETE", "/api/v1/hosts/*", ActionKind::kForget),
          request("POST", "/api/v1/hosts/*/admit", ActionKind::kAdmit),
          request("POST", "/api/v1/hosts/*/reset", ActionKind::kReset),
          request("POST", "/api/v1/hosts/*/revoke", ActionKind::kRevoke),
          request("POST", "/api/v1/hosts/*/expect", ActionKind::kExpect),
          request("DELETE", "/api/v1/hosts/*/expect", ActionKind::kUnexpect),
          request("POST", "/api/v1/freeze", ActionKind::kFreeze),
          request("DELETE", "/api/v1/freeze", ActionKind::kUnfreeze),
          {"POST",
           "/api/v1/actions",
           {},
           Access::kOperators,
           [&sources](const ApiCall& call) { return change_names(sources, call); },
           RunsOn::kActionPool,
           kActionBodyBytes},
          {"GET",
           "/api/v1/actions",
           {"limit", "after"},
           Access::kReaders,
           [&sources](const ApiCall& call) { return actions(sources, call); }}};
}

}  // namespace flatline
