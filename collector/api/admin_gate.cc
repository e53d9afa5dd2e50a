#include "collector/api/admin_gate.h"

#include <fmt/core.h>
#include <sodium.h>
#include <strings.h>

#include <string_view>
#include <utility>

namespace flatline {

namespace {

double share_of(std::uint32_t capacity) {
  return static_cast<double>(capacity) / kNamesShareOfCapacity;
}

}  // namespace

/// The case of the scheme does not matter (RFC 9110, section 11.1).
bool shows_token(const std::string& authorization, const std::string& token) {
  constexpr std::string_view kScheme = "Bearer ";
  return authorization.size() == kScheme.size() + token.size() &&
         ::strncasecmp(authorization.c_str(), kScheme.data(), kScheme.size()) == 0 &&
         sodium_memcmp(authorization.data() + kScheme.size(), token.data(), token.size()) == 0;
}

AdminGate::AdminGate(std::string token, std::uint32_t capacity, Instant now)
    : token_(std::move(token)),
      rate_(kChangesPerSecond, kChangesBurst, now),
      names_rate_(share_of(capacity), share_of(capacity), now) {}

void AdminGate::set_token(std::string token, std::string trouble) {
  const std::lock_guard guard(mutex_);
  token_ = std::move(token);
  trouble_ = std::move(trouble);
  has_trouble_.store(!trouble_.empty(), std::memory_order_relaxed);
}

std::string AdminGate::token() const {
  const std::lock_guard guard(mutex_);
  return token_;
}

std::string AdminGate::trouble() const {
  const std::lock_guard guard(mutex_);
  return trouble_;
}

bool AdminGate::knows(const ApiRequest& request) const {
  if (!request.is_private) return false;
  const std::string token = this->token();
  return !token.empty() && shows_token(request.authorization, token);
}

/// Where others can read on the way the token is not even looked at: whoever showed it there has
/// given it away.
std::optional<ApiResponse> AdminGate::refuse(const ApiRequest& request, Instant now) {
  if (!request.is_private) {
    ++refused_;
    return refuse_request(403,
                          "changes are taken over loopback alone; ask on the collector's machine, "
                          "or through ssh -L");
  }
  if (!knows(request)) {
    ++refused_;
    if (const std::string why = trouble(); !why.empty()) {
      return refuse_request(503, fmt::format("nobody can change anything: {}; mend that, and have "
                                             "the collector reload (SIGHUP)",
                                             why));
    }
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
  refused.retry_after_seconds = to_retry_seconds(wait);
  return refused;
}

Duration AdminGate::admit_names(std::size_t count, Instant now) {
  const std::lock_guard guard(mutex_);
  return names_rate_.take(now, static_cast<double>(count));
}

}  // namespace flatline
