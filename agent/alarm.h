#pragma once

// A one-shot timer to an absolute instant of the monotonic clock. It never repeats by itself: who
// wants the next ring sets the next deadline, so that lateness cannot add up.

#include <functional>

#include "agent/handles.h"
#include "schema/time.h"

namespace flatline {

class Alarm {
 public:
  /// `ring` may set the alarm again, and may destroy it.
  Alarm(uv_loop_s& loop, std::function<void()> ring);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// Rings once, at `deadline` or up to a few milliseconds later, never before. Replaces an earlier
  /// deadline.
  void set(Instant deadline);

 private:
  static void on_timer(uv_timer_s* timer);

  std::function<void()> ring_;
  Instant deadline_{};
  HandlePointer<uv_timer_s> timer_;
};

}  // namespace flatline
