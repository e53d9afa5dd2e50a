// The route that says who asks and what he may do, so that the command line and the page can tell
// before they ask for an action. It also tells whether a token is right where reading needs none.

#include "collector/api/admin_gate.h"
#include "collector/api/routes.h"
#include "schema/answers/action_json.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

/// Why somebody has no actions; empty if he has some.
std::string note_of(const ApiRequest& request, const Caller& caller) {
  if (caller.may_act()) return {};
  if (!request.is_private) {
    return "changes are not taken over a connection that others can read: ask by TLS, on "
           "the collector's machine, or through ssh -L";
  }
  if (!caller.holds()) return "no token was shown; reading needs none here, and changes need one";
  return "a token of the role reader changes nothing";
}

ApiResponse whoami(const ApiCall& call) {
  const Caller& caller = call.caller;
  const bool showed = caller.proof != Proof::kNone;
  if (showed && !caller.holds()) return AdminGate::refuse_stranger(caller);
  WhoamiAnswer answer;
  answer.name = caller.name;
  answer.role = role_name(caller.role);
  if (caller.expires) answer.expires = format_rfc3339(*caller.expires);
  for (std::size_t kind = 0; kind < kActionKinds; ++kind) {
    if (caller.may(static_cast<ActionKind>(kind))) answer.actions.emplace_back(kActionNames[kind]);
  }
  answer.note = note_of(call.request, caller);
  return {.body = to_json(answer)};
}

}  // namespace

std::vector<Route> whoami_routes() {
  return {{"GET", "/api/v1/whoami", {}, Access::kReaders, whoami}};
}

}  // namespace flatline
