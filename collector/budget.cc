#include "collector/budget.h"

#include <algorithm>

namespace flatline {

Budget::Budget(std::uint32_t capacity, Duration tick, Duration min_interval)
    // Twice the fastest agent's rate, and two for a burst after a short stall.
    : own_(
          static_cast<std::uint32_t>(2 * ((tick + min_interval - Duration{1}) / min_interval) + 2)),
      pool_(std::clamp(capacity / 4, kMinFirstContactsPerTick, kMaxFirstContactsPerTick)) {}

bool Budget::take_own(Allowance& allowance) {
  if (allowance.tick != tick_) allowance = {tick_, 0};
  if (allowance.used >= own_) return false;
  ++allowance.used;
  return true;
}

}  // namespace flatline
