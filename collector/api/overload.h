#pragma once

// What a server answers where it cannot serve now: who asked too often, and what waits too long.
// Each of these answers says what to do about it, and when.

#include <mutex>
#include <optional>

#include "collector/api/caller.h"
#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/api/token_bucket.h"
#include "schema/time.h"

namespace flatline {

/// How often requests may be asked, by client and by all together. Any thread may ask.
class RequestRates {
 public:
  explicit RequestRates(Instant now) : throttle_(now), operators_throttle_(now) {}

  /// Nothing where a request of this price may go on. Who may change something has requests of his
  /// own, by his token and not by his address: no reader takes them from him, however many ask, and
  /// from wherever.
  std::optional<ApiResponse> refusal_of(const Caller& caller, const ClientAddress& client,
                                        Instant now, double price);

 private:
  std::mutex mutex_;
  Throttle throttle_;
  Throttle operators_throttle_;
};

ApiResponse refuse_stopping();
/// Answers that were made wait for clients that do not read them.
ApiResponse refuse_unsent();
/// A pool has no room for another job.
ApiResponse refuse_busy();
/// Whoever asks a disk that does not answer would wait with it, and so would all after him. Nothing
/// where it answers.
std::optional<ApiResponse> refuse_hanging(const StorageStatus& storage);

}  // namespace flatline
