#pragma once

// A one-shot timer to an absolute instant of the monotonic clock. It never repeats by itself:
// whoever wants it to ring again sets the next absolute deadline, so that lateness cannot add up.

#include <functional>

#include "agent/loop/handles.h"
#include "schema/time.h"

namespace flatline {

class Alarm {
 public:
  /// Borrows the loop. `ring` may set the alarm again, and must not destroy it. When it throws, the
  /// log tells why, and the alarm rings again after kAlarmRetry: no error ends a schedule.
  Alarm(uv_loop_s& loop, std::function<void()> ring);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// Rings once, at `deadline` or up to a few milliseconds later, but never before. Replaces the
  /// deadline that was set before.
  void set(Instant deadline);

 private:
  static void on_timer(uv_timer_s* timer);

  std::function<void()> ring_;
  Instant deadline_{};
  HandlePointer<uv_timer_s> timer_;
};

}  // namespace flatline
