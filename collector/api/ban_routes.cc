// What stands against hosts until it is lifted: whom operators forgot, and whose credentials they
// revoked. Actions that are no longer remembered stand here still.

#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "schema/answers/action_json.h"

namespace flatline {
namespace {

OrderAnswer render_order(const StandingOrder& order) {
  OrderAnswer answer;
  answer.host = order.name.view();
  if (order.tombstoned != 0) answer.forgotten_up_to = order.tombstone_generation;
  if (order.revoked_below > 0) answer.revoked_below = order.revoked_below;
  return answer;
}

/// By their places, which they keep as long as they stand.
ApiResponse orders(const ApiSources& sources, const ApiRequest& request) {
  const auto& table = sources.roster.levers().orders;
  const auto limit = read_limit(request);
  const std::string after_text = request.parameter("after");
  const auto after = read_number(after_text);
  if (!limit) return refuse_request(400, limit_form());
  if (!after_text.empty() && (!after || *after >= table.size())) {
    return refuse_request(400, kAfterForm);
  }
  const std::uint32_t start = after_text.empty() ? 0 : *after + 1;
  OrderPageAnswer page;
  page.room = table.size();
  std::uint32_t last = 0;
  for (std::uint32_t place = 0; place < table.size(); ++place) {
    StandingOrder order;
    if (!table.read(place, order)) return refuse_overtaken();
    if (order.agent_id == AgentId::kNone) continue;
    ++page.total;
    if (place < start) continue;
    if (page.orders.size() == *limit) {
      page.next = std::to_string(last);
      continue;
    }
    page.orders.push_back(render_order(order));
    last = place;
  }
  return {.body = to_json(page)};
}

}  // namespace

std::vector<Route> order_routes(const ApiSources& sources) {
  return {{"GET",
           "/api/v1/orders",
           {"limit", "after"},
           Access::kReaders,
           [&sources](const ApiCall& call) { return orders(sources, call.request); }}};
}

}  // namespace flatline
