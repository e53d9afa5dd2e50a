#pragma once

// Finds the answer to a request: it checks who may ask, finds the route that answers, and knows
// every way to refuse. The server speaks HTTP around it, and asks it from any of its threads.

#include <mutex>
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
  /// others.
  ApiHandler(const ApiSources& sources, Endpoint bound, std::string read_token,
             const std::vector<std::string>& names = {});

  /// `request` must outlive the outcome.
  /// From now on readers must show this token; none if it is empty.
  void set_read_token(std::string token);

  [[nodiscard]] ApiOutcome answer(const ApiRequest& request, const Moment& moment) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  /// The place of the route that answers such a request; that of the end if there is none.
  [[nodiscard]] std::size_t find_route(std::string_view method, std::string_view path) const;
  /// The largest body that is worth reading: 0 if there is no such route, or if who asks may not
  /// use it. Of the request only the headers and is_private are there.
  [[nodiscard]] std::size_t body_room(std::string_view method, std::string_view path,
                                      const ApiRequest& request) const;

 private:
  [[nodiscard]] bool is_for_us(const std::string& host) const;
  [[nodiscard]] std::string read_token() const;
  [[nodiscard]] bool may_read(const ApiRequest& request) const;
  /// Returns the answer that refuses a request which may not use such a route, or not now.
  [[nodiscard]] std::optional<ApiResponse> refuse(Access access, const ApiRequest& request,
                                                  Instant now) const;
  [[nodiscard]] ApiResponse no_route(const ApiRequest& request) const;

  AdminGate& gate_;
  std::vector<Route> routes_;
  std::vector<std::string> names_;  ///< By which it may be called, comparable.
  mutable std::mutex mutex_;        ///< Guards the token.
  std::string read_token_;
};

}  // namespace flatline
