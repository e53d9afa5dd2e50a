// The route that lists the bans: which hosts operators forgot, and whose credentials they revoked.
// A ban is listed until it is lifted, even when its action is no longer remembered.

#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "schema/answers/action_json.h"

namespace flatline {
namespace {

BanAnswer render_ban(const Ban& ban) {
  BanAnswer answer;
  answer.host = ban.name.view();
  if (ban.tombstoned != 0) answer.forgotten_up_to = ban.tombstone_generation;
  if (ban.revoked_below > 0) answer.revoked_below = ban.revoked_below;
  return answer;
}

/// Lists bans in the order of their places, which they keep, so that a page can follow another.
ApiResponse bans(const ApiSources& sources, const ApiRequest& request) {
  const auto& table = sources.host_table.actions().bans;
  const auto limit = read_limit(request);
  const std::string after_text = request.parameter("after");
  const auto after = read_number(after_text);
  if (!limit) return refuse_request(400, limit_form());
  if (!after_text.empty() && (!after || *after >= table.size())) {
    return refuse_request(400, kAfterForm);
  }
  const std::uint32_t start = after_text.empty() ? 0 : static_cast<std::uint32_t>(*after + 1);
  BanPageAnswer page;
  page.room = table.size();
  std::uint32_t last = 0;
  for (std::uint32_t place = 0; place < table.size(); ++place) {
    Ban ban;
    if (!table.read(place, ban)) return refuse_overtaken();
    if (ban.agent_id == AgentId::kNone) continue;
    ++page.total;
    if (place < start) continue;
    if (page.bans.size() == *limit) {
      page.next = std::to_string(last);
      continue;
    }
    page.bans.push_back(render_ban(ban));
    last = place;
  }
  return {.body = to_json(page)};
}

}  // namespace

std::vector<Route> ban_routes(const ApiSources& sources) {
  return {{"GET",
           "/api/v1/orders",
           {"limit", "after"},
           Access::kReaders,
           [&sources](const ApiCall& call) { return bans(sources, call.request); }}};
}

}  // namespace flatline
