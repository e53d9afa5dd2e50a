#include "collector/api/slow_pool.h"

#include <fmt/core.h>
#include <pthread.h>

#include <exception>
#include <utility>

#include "schema/invariant.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/thread_priority.h"

namespace flatline {

bool SlowJobs::add(Job job) noexcept {
  if (stopping_ || waiting_.size() >= places_) return false;
  try {
    waiting_.push_back(std::move(job));
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

void SlowJobs::Taken::run() const noexcept {
  try {
    job(stopping);
  } catch (const std::exception& error) {
    log_warning("api: given up: {}", error.what());
  }
}

SlowJobs::Taken SlowJobs::take() {
  INVARIANT(!waiting_.empty());
  Taken taken{std::move(waiting_.front()), stopping_};
  waiting_.pop_front();
  return taken;
}

SlowPool::SlowPool(unsigned threads, std::size_t places) : jobs_(places) {
  try {
    for (unsigned i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { run(); });
      ::pthread_setname_np(threads_.back().native_handle(), "api-slow");
    }
  } catch (const std::exception& error) {
    stop();  // Joins those that have begun: a thread without a join ends the program.
    throw Failure(fmt::format("api: cannot start a thread: {}", error.what()));
  }
}

bool SlowPool::submit(Job job) noexcept {
  {
    const std::lock_guard guard(mutex_);
    if (!jobs_.add(std::move(job))) return false;
  }
  changed_.notify_one();
  return true;
}

void SlowPool::stop() {
  {
    const std::lock_guard guard(mutex_);
    jobs_.stop();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SlowPool::run() {
  give_way();
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [this] { return jobs_.stopping() || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const SlowJobs::Taken taken = jobs_.take();
    guard.unlock();
    taken.run();
    guard.lock();
  }
}

}  // namespace flatline
