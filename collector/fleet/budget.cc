#include "collector/fleet/budget.h"

#include <algorithm>

namespace flatline {
namespace {

/// How many datagrams the fastest agent sends in a tick, rounded up.
std::uint32_t sent_in(Duration tick, Duration min_interval) {
  return static_cast<std::uint32_t>((tick + min_interval - Duration{1}) / min_interval);
}

std::uint32_t in_a_tick(Duration tick, std::uint64_t a_second, std::uint32_t at_least) {
  const auto ticks = static_cast<std::uint64_t>(tick.count());
  constexpr std::uint64_t kSecond = Duration{std::chrono::seconds{1}}.count();
  return std::max(static_cast<std::uint32_t>(a_second * ticks / kSecond), at_least);
}

}  // namespace

Budget::Budget(std::uint32_t capacity, Duration tick, Duration min_interval)
    // A host gets twice the fastest agent's rate, and two more for a burst after a short stall.
    : own_(2 * sent_in(tick, min_interval) + 2),
      shared_(capacity * sent_in(tick, min_interval)),
      first_contacts_(in_a_tick(tick, std::min(capacity / 4, kMaxFirstContactsPerSecond),
                                kMinFirstContactsPerTick)),
      barred_(in_a_tick(tick, kBarredOpeningsPerSecond, kMinBarredOpeningsPerTick)) {}

bool Budget::take_own(Allowance& allowance) {
  if (allowance.tick != tick_) allowance = {tick_, 0};
  if (allowance.used >= own_) return false;
  ++allowance.used;
  return true;
}

bool Budget::take_shared(Allowance& elsewhere) {
  if (shared_used_ >= shared_ || !take_own(elsewhere)) return false;
  ++shared_used_;
  return true;
}

}  // namespace flatline
