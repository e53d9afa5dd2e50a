#pragma once

// The routes, by groups that are a file each. `sources` must outlive them.

#include <vector>

#include "collector/api/route.h"
#include "collector/api/sources.h"

namespace flatline {

/// All of them, in the order in which they are tried.
std::vector<Route> all_routes(const ApiSources& sources);

/// The page: `/` for browsers, and its files.
std::vector<Route> web_routes();
/// `/` for others, /-/healthy and /-/ready.
std::vector<Route> liveness_routes(const ApiSources& sources);
/// The newest view: summary, bitmap, hosts, one host.
std::vector<Route> view_routes(const ApiSources& sources);
/// What the last census counted.
std::vector<Route> census_routes(const ApiSources& sources);
/// The newest view's groups.
std::vector<Route> group_routes(const ApiSources& sources);
/// The newest view and the collector itself, for Prometheus.
std::vector<Route> metrics_routes(const ApiSources& sources);
/// The newest view's hosts, for Prometheus' service discovery.
std::vector<Route> target_routes(const ApiSources& sources);
/// What was stored: a moment's view, what changed between two, one host's and the fleet's history.
std::vector<Route> past_routes(const ApiSources& sources);
/// What followers ask: all slots of the newest view or of a moment, and what changed step by step.
std::vector<Route> event_routes(const ApiSources& sources);
/// What operators change, and what they have changed.
std::vector<Route> action_routes(const ApiSources& sources);
/// The bans that operators have set and not lifted.
std::vector<Route> ban_routes(const ApiSources& sources);
/// Who asks, and what he may do.
std::vector<Route> whoami_routes();

}  // namespace flatline
