#include "collector/api/slow_pool.h"

#include <pthread.h>

#include <new>
#include <utility>

namespace flatline {

SlowPool::SlowPool(unsigned threads, std::size_t places) : places_(places) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
    ::pthread_setname_np(threads_.back().native_handle(), "api-slow");
  }
}

bool SlowPool::submit(Job job) {
  try {
    const std::lock_guard guard(mutex_);
    if (stopping_ || waiting_.size() >= places_) return false;
    waiting_.push_back(std::move(job));
  } catch (const std::bad_alloc&) {
    return false;
  }
  changed_.notify_one();
  return true;
}

void SlowPool::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SlowPool::run() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Job job = std::move(waiting_.front());
    waiting_.pop_front();
    const bool stopping = stopping_;
    guard.unlock();
    job(stopping);
    guard.lock();
  }
}

}  // namespace flatline
