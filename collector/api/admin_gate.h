#pragma once

// Decides who may change anything: only a request that shows the admin token, over loopback, at a
// bounded rate. It counts every attempt that it refuses for its token or for the way it came. Any
// thread may ask.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "collector/api/route.h"
#include "collector/api/token_bucket.h"

namespace flatline {

class AdminGate {
 public:
  /// `token` must not be empty.
  AdminGate(std::string token, Instant now);

  /// Returns the answer that refuses the request, or nothing if it may go on.
  [[nodiscard]] std::optional<ApiResponse> refuse(const ApiRequest& request, Instant now);
  /// Whether the request shows the token, over loopback. Counts nothing.
  [[nodiscard]] bool knows(const ApiRequest& request) const;
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  std::string token_;
  std::atomic<std::uint64_t> refused_{0};
  std::mutex mutex_;
  TokenBucket rate_;
};

/// Whether an Authorization header is `Bearer TOKEN`. How long the comparison takes tells nothing
/// about the token.
[[nodiscard]] bool shows_token(const std::string& authorization, const std::string& token);

}  // namespace flatline
