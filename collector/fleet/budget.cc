#include "collector/fleet/budget.h"

#include <algorithm>

namespace flatline {

Budget::Budget(std::uint32_t capacity, Instant start)
    : share_period_(capacity * Duration{kOpeningPrice} * 2 * kCoreShareOfOpenings),
      filled_at_(start) {}

/// The generic cell rate algorithm (ITU-T I.371): `free_at` is when all that was taken would have
/// been taken at twice the host's rate.
bool Budget::take_own(Instant& free_at, Duration half_interval, Instant now) {
  if (free_at - now > (kOwnBurst - 1) * half_interval) return false;
  free_at = std::max(free_at, now) + half_interval;
  return true;
}

bool Budget::take_share(Instant& share_at, Instant now) {
  if (now < share_at) return take_common(Duration{0}, now);
  share_at = now + share_period_;
  return true;
}

bool Budget::take_common(Duration left, Instant now) {
  const Duration inflow = (now - filled_at_) / (2 * kCoreShareOfOpenings);
  if (inflow > Duration{0}) {
    common_ = std::min(common_ + inflow, kFull);
    filled_at_ = now;
  }
  if (common_ < left + kOpeningPrice) return false;
  common_ -= kOpeningPrice;
  return true;
}

}  // namespace flatline
