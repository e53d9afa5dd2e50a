#include "agent/loop/alarm.h"

#include <uv.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "schema/limits.h"
#include "schema/program/clock.h"

namespace flatline {

Alarm::Alarm(uv_loop_s& loop, std::function<void()> ring)
    : ring_(std::move(ring)), timer_(timer_handle(loop, this)) {}

void Alarm::set(Instant deadline) {
  deadline_ = deadline;
  // libuv counts whole milliseconds from the loop's cached time. At least one is waited: libuv runs
  // a timer that is set to zero from a timer's callback before it looks at anything else.
  constexpr std::int64_t kShortest = 1;
  uv_update_time(timer_->loop);
  const auto wait = std::chrono::ceil<Milliseconds>(deadline - monotonic_now()).count();
  uv_timer_start(timer_.get(), on_timer, static_cast<std::uint64_t>(std::max(wait, kShortest)), 0);
}

void Alarm::on_timer(uv_timer_s* timer) {
  auto& alarm = *static_cast<Alarm*>(timer->data);
  // The loop counts in whole milliseconds, so its timer may end up to one before our deadline.
  if (monotonic_now() < alarm.deadline_) {
    alarm.set(alarm.deadline_);
  } else {
    if (!in_callback(alarm.ring_)) alarm.set(monotonic_now() + kAlarmRetry);
  }
}

}  // namespace flatline
