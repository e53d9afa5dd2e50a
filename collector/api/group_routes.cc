// The routes that tell how the groups of hosts are, and in which order a picture shows them.

#include <memory>
#include <vector>

#include "collector/api/layouts.h"
#include "collector/api/render_groups.h"
#include "collector/api/routes.h"
#include "schema/answers/group_json.h"

namespace flatline {
namespace {

ApiResponse groups(const ApiSources& sources, const ApiCall& call) {
  ViewHead head;
  const auto table = std::make_unique<GroupTable>();
  if (!sources.board.read_groups(head, *table)) return refuse_overtaken();
  const auto by = call.request.query.find("by");
  std::optional<std::size_t> key;
  if (by != call.request.query.end()) {
    key = find_group_key(*table, by->second);
    if (!key && head.tick > 0) {
      return refuse_request(400, no_such_group_key(*table, by->second));
    }
  }
  return {.body = to_json(render_groups(head, *table, key, sources.tick, call.moment.now))};
}

}  // namespace

std::vector<Route> group_routes(const ApiSources& sources) {
  Route layout{"GET", "/api/v1/layout", {"by"}, Access::kReaders};
  layout.decide = [layouts = std::make_shared<Layouts>(sources)](const ApiCall& call) {
    return layouts->answer(call.request.parameter("by"), call.moment.now);
  };
  return {Route{"GET",
                "/api/v1/groups",
                {"by"},
                Access::kReaders,
                [&](const ApiCall& call) { return groups(sources, call); }},
          layout};
}

}  // namespace flatline
