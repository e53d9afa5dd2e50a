// The routes that tell what the last census counted of the hosts' checks and of their keys.

#include "collector/api/render_census.h"
#include "collector/api/render_keys.h"
#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "schema/answers/census_json.h"

namespace flatline {
namespace {

/// Lists checks by name, so that a page goes on behind the last name of the one before, even where
/// a census came between them.
ApiResponse checks(const ApiSources& sources, const ApiRequest& request, Instant now) {
  const auto limit = read_limit(request);
  if (!limit) return refuse_request(400, limit_form());
  CheckCounts counts;
  if (sources.census != nullptr && !sources.census->checks.read(counts)) return refuse_overtaken();
  return {.body = to_json(render_checks(counts, request.parameter("after"), *limit, now))};
}

ApiResponse keys(const ApiSources& sources, Instant now) {
  KeyCounts counts;
  if (sources.census != nullptr && !sources.census->keys.read(counts)) return refuse_overtaken();
  return {.body = to_json(render_keys(counts, now))};
}

}  // namespace

std::vector<Route> census_routes(const ApiSources& sources) {
  return {
      {"GET",
       "/api/v1/checks",
       {"limit", "after"},
       Access::kReaders,
       [&sources](const ApiCall& call) { return checks(sources, call.request, call.moment.now); }},
      {"GET", "/api/v1/keys", {}, Access::kReaders, [&sources](const ApiCall& call) {
         return keys(sources, call.moment.now);
       }}};
}

}  // namespace flatline
