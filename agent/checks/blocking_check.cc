#include "agent/checks/blocking_check.h"

#include <fmt/format.h>
#include <uv.h>

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "schema/clock.h"
#include "schema/duration.h"

namespace flatline {

/// What the two threads share; it lives as long as either needs it.
struct BlockingCheck::Shared {
  const Job job;
  std::mutex mutex{};
  std::condition_variable changed{};
  bool wanted = false;
  bool ended = false;
  uv_async_s* async = nullptr;  ///< Null once the check is gone.
  std::optional<CheckResult> result{};
};

BlockingCheck::BlockingCheck(Job job) : shared_(new Shared{std::move(job)}) {}

BlockingCheck::~BlockingCheck() {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->ended = true;
    shared_->async = nullptr;
  }
  shared_->changed.notify_one();
}

void BlockingCheck::start(uv_loop_s& loop, Done done) {
  const Instant now = monotonic_now();
  if (busy_since_) {
    const auto stuck = std::chrono::floor<std::chrono::seconds>(now - *busy_since_);
    return done({timeout_state(), kNoValue,
                 Message{fmt::format("no answer from the system for {}", format_duration(stuck))}});
  }
  if (!async_) {
    try {
      async_ = async_handle(loop, on_wake, this);
      shared_->async = async_.get();
      std::thread(work, shared_).detach();
    } catch (const std::exception& error) {
      async_.reset();
      return done(unknown_result(fmt::format("cannot start a thread: {}", error.what())));
    }
  }
  busy_since_ = now;
  done_ = std::move(done);
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->wanted = true;
  }
  shared_->changed.notify_one();
}

void BlockingCheck::abandon() {
  done_ = nullptr;
}

void BlockingCheck::on_wake(uv_async_s* async) {
  auto& check = *static_cast<BlockingCheck*>(async->data);
  std::optional<CheckResult> result;
  {
    const std::scoped_lock lock(check.shared_->mutex);
    result = std::exchange(check.shared_->result, std::nullopt);
  }
  if (!result) return;
  check.busy_since_.reset();
  if (const Done done = std::exchange(check.done_, nullptr)) done(*result);
}

void BlockingCheck::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->wanted || shared->ended; });
    if (shared->ended) return;
    shared->wanted = false;
    lock.unlock();
    const CheckResult result = shared->job();
    lock.lock();
    shared->result = result;
    if (shared->async != nullptr) uv_async_send(shared->async);
  }
}

}  // namespace flatline
