// The route that tells how the groups of hosts are.

#include <fmt/core.h>

#include <memory>
#include <string_view>
#include <vector>

#include "collector/api/render_groups.h"
#include "collector/api/routes.h"
#include "schema/answers/group_json.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

std::string keys_text(const GroupTable& table) {
  std::vector<std::string_view> keys;
  for (const KeyGroups& groups : table.keys) {
    if (!groups.key.empty()) keys.push_back(groups.key.view());
  }
  return keys.empty() ? "it groups by none" : "there are: " + join(keys, ", ");
}

ApiResponse groups(const ApiSources& sources, const ApiCall& call) {
  ViewHead head;
  const auto table = std::make_unique<GroupTable>();
  if (!sources.board.read_groups(head, *table)) return refuse_overtaken();
  const auto by = call.request.query.find("by");
  std::optional<std::size_t> key;
  if (by != call.request.query.end()) {
    key = find_group_key(*table, by->second);
    if (!key && head.tick > 0) {
      return refuse_request(
          400, fmt::format("by: hosts are not grouped by '{}'; {}", by->second, keys_text(*table)));
    }
  }
  return {.body = to_json(render_groups(head, *table, key, sources.tick, call.moment.now))};
}

}  // namespace

std::vector<Route> group_routes(const ApiSources& sources) {
  return {Route{"GET", "/api/v1/groups", {"by"}, Access::kReaders, [&](const ApiCall& call) {
                  return groups(sources, call);
                }}};
}

}  // namespace flatline
