#include "collector/api/admin_gate.h"

#include <sodium.h>

#include <utility>

#include "schema/invariant.h"

namespace flatline {

bool shows_token(const std::string& authorization, const std::string& token) {
  const std::string wanted = "Bearer " + token;
  return authorization.size() == wanted.size() &&
         sodium_memcmp(authorization.data(), wanted.data(), wanted.size()) == 0;
}

AdminGate::AdminGate(std::string token, Instant now)
    : token_(std::move(token)), rate_(kChangesPerSecond, kChangesBurst, now) {
  INVARIANT(!token_.empty());
}

bool AdminGate::knows(const ApiRequest& request) const {
  return request.from_loopback && shows_token(request.authorization, token_);
}

/// The API has no TLS, so over a network the token is not even looked at: whoever showed it there
/// has given it away.
std::optional<ApiResponse> AdminGate::refuse(const ApiRequest& request, Instant now) {
  if (!request.from_loopback) {
    ++refused_;
    return refuse_request(403,
                          "changes are taken over loopback alone; ask on the collector's machine, "
                          "or through ssh -L");
  }
  if (!knows(request)) {
    ++refused_;
    return refuse_request(401,
                          "the admin token is needed: Authorization: Bearer TOKEN; it is in "
                          "admin.token in the collector's data folder");
  }
  Duration wait{0};
  {
    const std::lock_guard guard(mutex_);
    wait = rate_.take(now);
  }
  if (wait <= Duration{0}) return std::nullopt;
  ApiResponse refused = refuse_request(429, "too many changes; wait as Retry-After says");
  refused.retry_after_seconds =
      static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return refused;
}

}  // namespace flatline
