#include "collector/api/handler.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "collector/api/admin_gate.h"
#include "collector/api/routes.h"

namespace flatline {
namespace {

/// A name as names of hosts compare: their letters' case means nothing, nor does a dot behind the
/// last label (RFC 4343; RFC 3986, section 3.2.2).
std::string to_comparable(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

/// The name in a Host header, without the port, comparable.
std::string host_name(const std::string& header) {
  if (const auto endpoint = parse_endpoint(header)) return to_comparable(endpoint->host);
  const bool bracketed = header.size() > 2 && header.front() == '[' && header.back() == ']';
  return to_comparable(bracketed ? header.substr(1, header.size() - 2) : header);
}

bool is_address(const std::string& host) {
  unsigned char buffer[16];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

/// Returns what stands for the `*` (empty if the pattern has none), or nothing if the path is
/// another.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == path ? std::optional<std::string>{""} : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  if (path.size() < before.size() + after.size() || !path.starts_with(before) ||
      !path.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view name = path.substr(star, path.size() - before.size() - after.size());
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(name);
}

bool takes(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

bool is_accepted(const Route& route, const ApiRequest& request) {
  return route.accepts.empty() || request.accept.find(route.accepts) != std::string::npos;
}

/// The first parameter that the route does not take, if there is one.
std::optional<std::string> unknown_parameter(const ApiRequest& request, const Route& route) {
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(route.parameters, name) == route.parameters.end()) return name;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Route> all_routes(const ApiSources& sources) {
  std::vector<Route> routes;
  for (const auto& group : {web_routes(), liveness_routes(sources), view_routes(sources),
                            census_routes(sources), group_routes(sources), metrics_routes(sources),
                            target_routes(sources), past_routes(sources), event_routes(sources),
                            action_routes(sources), ban_routes(sources), whoami_routes()}) {
    routes.insert(routes.end(), group.begin(), group.end());
  }
  return routes;
}

ApiHandler::ApiHandler(const ApiSources& sources, Endpoint bound, std::string read_token,
                       const std::vector<std::string>& names)
    : gate_(sources.gate),
      routes_(all_routes(sources)),
      names_{"localhost", to_comparable(std::move(bound.host))} {
  gate_.set_read_token(std::move(read_token));
  for (const std::string& name : names) names_.push_back(to_comparable(name));
}

/// Refuses DNS rebinding, by which a foreign page has a browser ask us under that page's own name.
/// Only addresses, localhost and the configured names are ours. Where readers need a token such a
/// page has none, so that any name will do.
bool ApiHandler::is_for_us(const std::string& host) const {
  if (gate_.readers_need_token()) return true;
  const std::string name = host_name(host);
  return std::ranges::find(names_, name) != names_.end() || is_address(name);
}

Caller ApiHandler::identify(const ApiRequest& request, const Moment& moment) const {
  return gate_.identify(request, moment);
}

void ApiHandler::count_wrong(const ApiRequest& request, Caller& caller, Instant now) const {
  gate_.count_wrong(request, caller, now);
}

std::optional<ApiResponse> ApiHandler::refuse(const Route& route, const ApiRequest& request,
                                              const Caller& caller, Instant now) const {
  if (route.access == Access::kOperators) {
    return gate_.refuse_change(request, caller, route.action, now);
  }
  if (route.access == Access::kReaders) return gate_.refuse_reader(caller);
  return std::nullopt;
}

std::size_t ApiHandler::body_room(std::string_view method, std::string_view path,
                                  const Caller& caller) const {
  const std::size_t found = find_route(method, path);
  if (found == routes_.size()) return 0;
  const Route& route = routes_[found];
  return route.access != Access::kOperators || caller.may_act() ? route.body_bytes : 0;
}

std::size_t ApiHandler::find_route(std::string_view method, std::string_view path) const {
  const auto route = std::ranges::find_if(routes_, [&](const Route& each) {
    return takes(each, method) && match(each.path, path).has_value();
  });
  return static_cast<std::size_t>(route - routes_.begin());
}

namespace {

ApiResponse refuse_host() {
  return refuse_request(421,
                        "this is not the host that was asked for; ask by address or as localhost, "
                        "name it in the collector's api_names, or start the collector with "
                        "--read-token, which allows any name");
}

}  // namespace

/// What anybody may ask is answered whatever else the request holds: those who watch the collector
/// send what Host header they like, and parameters against caches.
ApiOutcome ApiHandler::answer(const ApiRequest& request, const Moment& moment,
                              const Caller& caller) const {
  for (const Route& route : routes_) {
    if (!takes(route, request.method) || !is_accepted(route, request)) continue;
    const auto name = match(route.path, request.path);
    if (!name) continue;
    if (route.access != Access::kAnybody) {
      if (!is_for_us(request.host)) return {refuse_host()};
      if (auto refused = refuse(route, request, caller, moment.now)) return {std::move(*refused)};
      if (const auto unknown = unknown_parameter(request, route)) {
        return {refuse_request(400,
                               fmt::format("{}: takes no parameter '{}'", request.path, *unknown))};
      }
    }
    const ApiCall call{request, moment, *name, caller};
    if (route.decide) return route.decide(call);
    if (route.runs_on == RunsOn::kServerThread) return {route.answer(call)};
    // Not in braces: where copying the call throws, g++ 12 destroys the answer beside it twice.
    ApiOutcome outcome;
    outcome.runs_on = route.runs_on;
    outcome.later = [&route, call] { return route.answer(call); };
    return outcome;
  }
  return {is_for_us(request.host) ? no_route(request) : refuse_host()};
}

/// Answers a path that has routes for other methods only (405), or none at all (404).
ApiResponse ApiHandler::no_route(const ApiRequest& request) const {
  std::string allowed;
  for (const Route& route : routes_) {
    // A path that has two routes for a method says so once, by the one that takes any request.
    if (!route.accepts.empty() || !match(route.path, request.path)) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method == "GET" ? "GET, HEAD" : std::string(route.method);
  }
  if (allowed.empty()) return refuse_request(404, "no such path; / lists them");
  ApiResponse refused = refuse_request(
      405, fmt::format("{} is not allowed here; allowed are {}", request.method, allowed));
  refused.allow = allowed;
  return refused;
}

}  // namespace flatline
