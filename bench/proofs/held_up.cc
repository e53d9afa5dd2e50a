#include "bench/proofs/held_up.h"

#include <algorithm>
#include <chrono>

namespace flatline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Milliseconds kWakeEvery{10};

}  // namespace

HeldUp::HeldUp() : thread_([this] { run(); }) {}

HeldUp::~HeldUp() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

Duration HeldUp::worst() {
  const std::lock_guard guard(mutex_);
  return worst_;
}

void HeldUp::run() {
  std::unique_lock guard(mutex_);
  Clock::time_point due = Clock::now() + kWakeEvery;
  while (!stop_.wait_until(guard, due, [this] { return stopping_; })) {
    const Clock::time_point now = Clock::now();
    worst_ = std::max<Duration>(worst_, now - due);
    due = now + kWakeEvery;
  }
}

}  // namespace flatline::bench
