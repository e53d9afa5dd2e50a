#include "collector/fleet/lag.h"

#include <algorithm>

#include "schema/limits.h"

namespace flatline {
namespace {

/// What a host says of its clocks may be anything, and is bounded before it is counted in
/// nanoseconds.
Duration bounded(Milliseconds progress) {
  return std::clamp<Milliseconds>(progress, -kMostClockProgress, kMostClockProgress);
}

}  // namespace

Duration Lag::value() const {
  return std::min(by_uptime_, by_send_time_);
}

void Lag::take(const Times& times, bool is_first_of_epoch, Duration window) {
  const Milliseconds skew = times.arrival.wall - times.sent_at;
  const bool clocks_agree = skew <= kFirstContactSkew && skew >= -kFirstContactSkew;
  const Last before = last_;
  last_ = {times.arrival.now, times.arrival.raw, times.sent_at, times.uptime, clocks_agree, true};
  if (!before.is_there) return;

  Duration uptime = bounded(times.uptime - before.uptime);
  const Duration send_time = bounded(times.sent_at - before.sent_at);
  // While NTP slews our monotonic clock, one of the two goes by up to 8.3 % too fast.
  const Duration arrival = std::max(
      std::min(times.arrival.now - before.now, times.arrival.raw - before.raw), Duration{0});
  if (is_first_of_epoch && clocks_agree && before.clocks_agreed) {
    // Uptime that fell, or that grew by more than a delay can tell, is that of another boot. What
    // was stepped meanwhile is the wall clock alone.
    const bool is_another = uptime < Duration{0} || uptime > arrival + window / 2;
    if (is_another) uptime = send_time;
  } else if (is_first_of_epoch && uptime < Duration{0}) {
    by_uptime_ = by_send_time_ = Duration{0};  // Another boot, and no clock tells how long it took.
    return;
  }
  const auto grow = [&](Duration& sum, Duration progress) {
    sum = std::max(sum + arrival - progress - arrival / kLagLeakDivisor, Duration{0});
  };
  grow(by_uptime_, is_first_of_epoch ? uptime : std::max(uptime, Duration{0}));
  grow(by_send_time_, send_time);
  by_uptime_ = std::min(by_uptime_, by_send_time_ + window / 2);
  by_send_time_ = std::min(by_send_time_, by_uptime_ + window / 2);
}

}  // namespace flatline
