#pragma once

// Who may change anything: whoever shows the admin token, over loopback, at a bounded rate. Every
// attempt that is refused for its token or its way is counted. Any thread.

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

  /// The refusal, if it is one.
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

/// Whether an Authorization header is `Bearer TOKEN`: compared in a time that tells nothing.
[[nodiscard]] bool shows_token(const std::string& authorization, const std::string& token);

}  // namespace flatline
