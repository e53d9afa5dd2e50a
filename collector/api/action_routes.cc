// The routes by which operators change something. A request is read as a whole and performed as one
// action. It is answered when the loop has performed the action and the disk has stored it; if the
// disk has not, the answer says so.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "collector/api/render.h"
#include "collector/api/render_actions.h"
#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "schema/answers/action_json.h"
#include "schema/program/duration.h"
#include "schema/program/wall_time.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// The action that a request asks for, or the answer that refuses it.
using Asked = std::variant<ActionRequest, ApiResponse>;

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= kIdempotencyKeyBytes &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// Says what is wrong with a line of text, or nothing if it is right.
std::string text_error(std::string_view field, const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes && is_plain_utf8(text)) return {};
  return fmt::format("body: {} must be at most {} bytes of text without control characters", field,
                     most_bytes);
}

/// Says what is wrong with the fields, of which each kind needs some and takes no others; empty if
/// they are right.
std::string field_error(ActionKind kind, const ActionBody& body) {
  const std::string_view name = action_name(kind);
  if (has_end(kind) && (body.length.empty() || body.why.empty())) {
    return fmt::format(
        "body: {} needs `for` and `why`, as {{\"for\": \"2h\", \"why\": \"new "
        "kernel\"}}",
        name);
  }
  if (!has_end(kind) && !body.length.empty()) return fmt::format("body: {} takes no `for`", name);
  if (kind == ActionKind::kRevoke && !body.below) {
    return fmt::format("body: revoke needs `below`, as {{\"below\": 3}}");
  }
  if (kind != ActionKind::kRevoke && body.below) {
    return fmt::format("body: {} takes no `below`", name);
  }
  if (body.below && !(*body.below >= 0 && *body.below <= kMaxCredentialGeneration &&
                      *body.below == std::floor(*body.below))) {
    return fmt::format("body: below must be a whole number from 0 to {}", kMaxCredentialGeneration);
  }
  if (const std::string error = text_error("why", body.why, kWhyBytes); !error.empty())
    return error;
  return text_error("by", body.by, kByBytes);
}

std::string read_length(ActionKind kind, const std::string& text, ActionRequest& request) {
  if (!has_end(kind)) return {};
  const auto length = parse_duration(text);
  if (!length || *length < kMinActionTime || *length > kMaxActionTime) {
    return fmt::format("body: for: '{}' is not allowed; give {} to {}, as 90s, 2h or 1d12h",
                       to_plain_utf8(text), format_duration(kMinActionTime),
                       format_duration(kMaxActionTime));
  }
  request.length = *length;
  return {};
}

Asked read_action(ActionKind kind, const ApiSources& sources, const ApiCall& call) {
  const auto refuse = [](const std::string& error) { return refuse_request(400, error); };
  if (!is_key(call.request.key)) {
    return refuse(
        fmt::format("an Idempotency-Key header is needed: 1 to {} visible ASCII "
                    "characters, another for every change",
                    kIdempotencyKeyBytes));
  }
  if (is_about_host(kind) && !is_host_name(call.name)) {
    return refuse(fmt::format("not a host name: must be {}", kHostNameForm));
  }
  const auto read = action_body_from_json(call.request.body);
  if (const auto* error = std::get_if<ActionBodyError>(&read)) return refuse(error->message);
  const auto& body = std::get<ActionBody>(read);
  if (const std::string error = field_error(kind, body); !error.empty()) return refuse(error);
  ActionRequest request{kind};
  if (const std::string error = read_length(kind, body.length, request); !error.empty()) {
    return refuse(error);
  }
  if (is_about_host(kind)) {
    request.agent_id = agent_id_of(sources.fleet, call.name);
    request.host = HostName{call.name};
  }
  request.below = static_cast<std::uint16_t>(body.below.value_or(0));
  request.key = IdempotencyKey{call.request.key};
  request.why = Why{body.why};
  request.by = By{body.by};
  return request;
}

ApiResponse refuse(ActionRefusal refusal) {
  ApiResponse refused = refuse_request(
      503, refusal == ActionRefusal::kClosed ? "the collector is stopping; ask again"
           : refusal == ActionRefusal::kFull ? "too many changes at once; ask again"
                                             : "the loop was busy and did nothing; ask again");
  refused.retry_after_seconds = kApiSlowRetrySeconds;
  return refused;
}

ApiResponse refuse_no_host(const ActionRequest& request) {
  if (request.kind == ActionKind::kAdmit) {
    return refuse_request(
        404, fmt::format("{} is neither registered nor forgotten: nothing keeps it out",
                         request.host.view()));
  }
  return refuse_request(404, fmt::format("no host is registered as {}", request.host.view()));
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

/// A name that nobody has may be meant or mistyped, so a revocation asks.
std::string note_of_name(const ActionRequest& request, const ApiSources& sources) {
  const bool refuses = request.kind == ActionKind::kRevoke && request.below > 0;
  if (!refuses || sources.host_table.find(request.agent_id)) return {};
  return "no host of that name is registered: is it spelt right?";
}

std::string note_of_storage(bool stored, const StorageStatus& storage) {
  if (stored) return {};
  return fmt::format("in force, but in memory only: {}; it is stored as soon as the disk takes it",
                     storage.degraded ? storage.reason : "the disk has not answered yet");
}

ApiResponse answer_of(const ActionReply& done, const ApiSources& sources, WallTime now) {
  const std::string note = note_of_name(done.action.request, sources);
  const bool stored = sources.wait_for_action(done.action.number, kStorePatience);
  const std::string of_storage = note_of_storage(stored, sources.storage());
  const char* const between = note.empty() || of_storage.empty() ? "" : "; ";
  return {.body = to_json(ActionDoneAnswer{render_action(done.action, sources.host_table, now),
                                           done.result == ActionResult::kRepeated, stored,
                                           note + between + of_storage})};
}

ApiResponse change(ActionKind kind, const ApiSources& sources, const ApiCall& call) {
  const Asked asked = read_action(kind, sources, call);
  if (const auto* refused = std::get_if<ApiResponse>(&asked)) return *refused;
  const auto& request = std::get<ActionRequest>(asked);
  const auto answer = sources.perform_action(request, kActionPatience);
  if (const auto* refusal = std::get_if<ActionRefusal>(&answer)) return refuse(*refusal);
  const auto& done = std::get<ActionReply>(answer);
  switch (done.result) {
    case ActionResult::kNoHost:
      return refuse_no_host(request);
    case ActionResult::kNoRoom:
      return refuse_request(507, fmt::format("{} hosts are forgotten or revoked already, which is "
                                             "all there is room for; admit some first",
                                             kBans));
    case ActionResult::kFleetFull:
      return refuse_request(507, fmt::format("all {} slots are taken; forget hosts that are gone, "
                                             "or raise the capacity",
                                             sources.board.capacity()));
    case ActionResult::kKeyReused:
      return refuse_reused_key(done.action, request);
    case ActionResult::kDone:
    case ActionResult::kUnchanged:
    case ActionResult::kRepeated:
      break;
  }
  return answer_of(done, sources, call.moment.wall);
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
  const std::uint64_t gone = newest - page.total;  // Actions up to this number are overwritten.
  for (std::uint64_t number = std::min(*after - 1, newest); number > gone; --number) {
    if (page.actions.size() == *limit) {
      page.next = std::to_string(number + 1);
      break;
    }
    ActionRecord action;
    if (!board.recent.read(action_place(number), action)) return refuse_overtaken();
    if (action.number != number) continue;  // Overwritten meanwhile.
    page.actions.push_back(render_action(action, sources.host_table, call.moment.wall));
  }
  return {.body = to_json(page)};
}

}  // namespace

std::vector<Route> action_routes(const ApiSources& sources) {
  const auto request = [&sources](std::string_view method, std::string_view path, ActionKind kind) {
    return Route{method,
                 path,
                 {},
                 Access::kOperators,
                 [&sources, kind](const ApiCall& call) { return change(kind, sources, call); },
                 RunsOn::kActionPool};
  };
  return {request("POST", "/api/v1/hosts/*/drain", ActionKind::kDrain),
          request("DELETE", "/api/v1/hosts/*/drain", ActionKind::kUndrain),
          request("DELETE", "/api/v1/hosts/*", ActionKind::kForget),
          request("POST", "/api/v1/hosts/*/admit", ActionKind::kAdmit),
          request("POST", "/api/v1/hosts/*/reset", ActionKind::kReset),
          request("POST", "/api/v1/hosts/*/revoke", ActionKind::kRevoke),
          request("POST", "/api/v1/hosts/*/expect", ActionKind::kExpect),
          request("POST", "/api/v1/freeze", ActionKind::kFreeze),
          request("DELETE", "/api/v1/freeze", ActionKind::kUnfreeze),
          {"GET",
           "/api/v1/actions",
           {"limit", "after"},
           Access::kReaders,
           [&sources](const ApiCall& call) { return actions(sources, call); }}};
}

}  // namespace flatline
