#pragma once

// How the API has served since the start: requests by route and status, connections, and who was
// throttled. What is counted is there from the start, so that its size follows from the routes
// alone. Any thread may count and read.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/api/route.h"

namespace flatline {

/// Every status that an answer of ours can have (API.md, "Errors").
inline constexpr std::array<unsigned, 14> kApiStatuses = {200, 304, 400, 401, 403, 404, 405,
                                                          409, 413, 421, 429, 500, 503, 507};

class ApiWork {
 public:
  ApiWork();

  /// Call it once, before anything is counted. Routes of one method and path count together.
  /// Requests that fit none of these routes, or one for which there is no room, count as `other`.
  void serve(std::span<const Route> routes);

  /// An answer was handed over. `route` is the place of its route, or beyond all of them.
  void answered(std::size_t route, unsigned status);
  void opened() { connections_.fetch_add(1, std::memory_order_relaxed); }
  void closed() { connections_.fetch_sub(1, std::memory_order_relaxed); }
  void turned_away() { turned_away_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] std::int64_t connections() const { return connections_.load(); }
  /// Connections that were not taken, because their client has too many.
  [[nodiscard]] std::uint64_t connections_turned_away() const { return turned_away_.load(); }

  /// The names of the routes, as API.md has them, and `other` at the end.
  [[nodiscard]] std::span<const std::string> routes() const { return names_; }
  /// How many requests of a route were answered with kApiStatuses[status].
  [[nodiscard]] std::uint64_t answers(std::size_t route, std::size_t status) const;
  /// Of all routes together.
  [[nodiscard]] std::uint64_t answers_with(unsigned status) const;
  /// Requests for a change: those that were answered with 200, and all others.
  [[nodiscard]] std::uint64_t changes_done() const;
  [[nodiscard]] std::uint64_t changes_refused() const;

 private:
  using Answers = std::array<std::atomic<std::uint64_t>, kApiStatuses.size()>;

  std::vector<std::size_t> places_;  ///< By route: its place in the others.
  std::vector<std::string> names_;
  std::vector<bool> changes_;
  std::unique_ptr<std::array<Answers, kApiRoutes + 1>> answers_;
  std::atomic<std::int64_t> connections_{0};
  std::atomic<std::uint64_t> turned_away_{0};
};

}  // namespace flatline
