#pragma once

// Decides who may change anything: only a request that shows the admin token, over loopback, at a
// bounded rate of requests and of names. It counts every attempt that it refuses for its token or
// for the way it came. Any thread may ask.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "collector/api/route.h"
#include "collector/api/token_bucket.h"

namespace flatline {

class AdminGate {
 public:
  /// The fleet's `capacity` decides how many names are taken a second.
  AdminGate(std::string token, std::uint32_t capacity, Instant now);

  /// From now on this is the token. Without one, or with `trouble`, which says why operators do not
  /// know it, changes are refused with that reason.
  void set_token(std::string token, std::string trouble);
  [[nodiscard]] std::string token() const;
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] bool has_trouble() const { return has_trouble_.load(std::memory_order_relaxed); }

  /// Returns the answer that refuses the request, or nothing if it may go on.
  [[nodiscard]] std::optional<ApiResponse> refuse(const ApiRequest& request, Instant now);
  /// Takes so many names of a request at once and returns zero, or returns how long to wait.
  [[nodiscard]] Duration admit_names(std::size_t count, Instant now);
  /// Whether the request shows the token, over loopback. Counts nothing.
  [[nodiscard]] bool knows(const ApiRequest& request) const;
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> refused_{0};
  mutable std::mutex mutex_;
  std::string token_;
  std::string trouble_;
  std::atomic<bool> has_trouble_{false};
  TokenBucket rate_;
  TokenBucket names_rate_;
};

/// Whether an Authorization header is `Bearer TOKEN`. How long the comparison takes tells nothing
/// about the token.
[[nodiscard]] bool shows_token(const std::string& authorization, const std::string& token);

}  // namespace flatline
