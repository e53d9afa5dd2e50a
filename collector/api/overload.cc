#include "collector/api/overload.h"

#include <fmt/core.h>

#include <string>

#include "schema/limits.h"

namespace flatline {
namespace {

ApiResponse refuse_for_now(const std::string& why) {
  ApiResponse refused = refuse_request(503, why);
  refused.retry_after_seconds = kApiSlowRetrySeconds;
  return refused;
}

}  // namespace

std::optional<ApiResponse> RequestRates::refusal_of(const Caller& caller,
                                                    const ClientAddress& client, Instant now,
                                                    double price) {
  Duration wait{0};
  {
    const std::lock_guard guard(mutex_);
    wait = caller.may_act() ? operators_throttle_.admit(caller.room, now, price)
                            : throttle_.admit(client, now, price);
  }
  if (wait <= Duration{0}) return std::nullopt;
  ApiResponse refused = refuse_request(429, "too many requests; wait as Retry-After says");
  refused.retry_after_seconds = to_retry_seconds(wait);
  return refused;
}

ApiResponse refuse_stopping() {
  return refuse_request(503, "the collector is stopping; ask again");
}

ApiResponse refuse_unsent() {
  return refuse_for_now("too many large answers wait for slow readers; ask again");
}

ApiResponse refuse_busy() {
  return refuse_for_now("too many such requests at once; ask again");
}

std::optional<ApiResponse> refuse_hanging(const StorageStatus& storage) {
  if (!storage.hangs) return std::nullopt;
  return refuse_for_now(fmt::format("no looking back now: {}", storage.reason));
}

}  // namespace flatline
