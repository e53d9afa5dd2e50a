#include "agent/loop/worker.h"

#include <fmt/core.h>
#include <uv.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "schema/invariant.h"
#include "schema/program/error.h"
#include "schema/program/log.h"

namespace flatline {

/// What the loop's and the worker's thread share. It lives as long as either needs it.
struct Worker::Shared {
  std::mutex mutex{};
  std::condition_variable changed{};
  Job job{};  ///< The job that waits for the thread; empty if none does.
  bool ended = false;
  uv_async_s* async = nullptr;  ///< Null once the worker is destroyed.
  Finish finish{};              ///< What the last job returned, until the loop calls it.
};

Worker::Worker() : shared_(std::make_shared<Shared>()) {}

Worker::~Worker() {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->ended = true;
    shared_->async = nullptr;
  }
  shared_->changed.notify_one();
}

void Worker::start(uv_loop_s& loop, Job job) {
  INVARIANT(!busy_);
  if (!async_) {
    auto async = async_handle(loop, on_wake, this);
    shared_->async = async.get();
    try {
      std::thread(work, shared_).detach();
    } catch (const std::exception& error) {
      shared_->async = nullptr;
      throw Failure(fmt::format("cannot start a thread: {}", error.what()));
    }
    async_ = std::move(async);
  }
  busy_ = true;
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->job = std::move(job);
  }
  shared_->changed.notify_one();
}

void Worker::on_wake(uv_async_s* async) {
  auto& worker = *static_cast<Worker*>(async->data);
  Finish finish;
  {
    const std::scoped_lock lock(worker.shared_->mutex);
    finish = std::exchange(worker.shared_->finish, nullptr);
  }
  if (!finish) return;
  worker.busy_ = false;
  in_callback(finish);
}

/// Never empty: the loop has to hear that the job has ended.
Worker::Finish Worker::finish_of(const Job& job) noexcept {
  try {
    if (Finish finish = job()) return finish;
  } catch (const std::exception& error) {
    log_warning("a worker's job: {}", error.what());
  }
  return [] {};
}

void Worker::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->job || shared->ended; });
    if (shared->ended) return;
    const Job job = std::exchange(shared->job, nullptr);
    lock.unlock();
    Finish finish = finish_of(job);
    lock.lock();
    shared->finish = std::move(finish);
    if (shared->async != nullptr) uv_async_send(shared->async);
  }
}

}  // namespace flatline
