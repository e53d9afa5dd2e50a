#pragma once

// Finds the answer to a request: it checks who may ask, finds the route that answers, and knows
// every way to refuse. The server speaks HTTP around it, and asks it from any of its threads.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "schema/program/endpoint.h"

namespace flatline {

class ApiHandler {
 public:
  /// `bound` is the server's own address, one of the names by which it may be called; `names` are
  /// others. The gate of the sources gets the read token.
  ApiHandler(const ApiSources& sources, Endpoint bound, std::string read_token,
             const std::vector<std::string>& names = {});

  /// Whose token the request shows. Of the request only the headers, where it came from and
  /// is_private are there.
  [[nodiscard]] Caller identify(const ApiRequest& request, const Moment& moment) const;
  /// Counts the token if it is wrong: once a request, before it is answered or refused.
  void count_wrong(const ApiRequest& request, Caller& caller, Instant now) const;
  /// `request` must outlive the outcome. `caller` is who identify() says that asks, counted.
  [[nodiscard]] ApiOutcome answer(const ApiRequest& request, const Moment& moment,
                                  const Caller& caller) const;
  [[nodiscard]] ApiOutcome answer(const ApiRequest& request, const Moment& moment) const {
    Caller caller = identify(request, moment);
    count_wrong(request, caller, moment.now);
    return answer(request, moment, caller);
  }
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  /// The place of the route that answers such a request; that of the end if there is none.
  [[nodiscard]] std::size_t find_route(std::string_view method, std::string_view path) const;
  /// The largest body that is worth reading: 0 if there is no such route, or if who asks may not
  /// use it.
  [[nodiscard]] std::size_t body_room(std::string_view method, std::string_view path,
                                      const Caller& caller) const;

 private:
  [[nodiscard]] bool is_for_us(const std::string& host) const;
  /// Returns the answer that refuses a request which may not use the route, or not now.
  [[nodiscard]] std::optional<ApiResponse> refuse(const Route& route, const ApiRequest& request,
                                                  const Caller& caller, Instant now) const;
  [[nodiscard]] ApiResponse no_route(const ApiRequest& request) const;

  AdminGate& gate_;
  std::vector<Route> routes_;
  std::vector<std::string> names_;  ///< By which it may be called, comparable.
};

}  // namespace flatline
