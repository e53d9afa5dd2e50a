#include "collector/api/census_thread.h"

#include <fmt/core.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <system_error>

#include "schema/program/error.h"
#include "schema/program/thread_priority.h"

namespace flatline {

CensusThread::CensusThread(const ViewBoard& board, const HostTable& host_table)
    : census_(board, host_table), period_(census_period(host_table.capacity())) {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    throw Failure(fmt::format("census: cannot start a thread: {}", error.what()));
  }
  ::pthread_setname_np(thread_.native_handle(), "census");
}

CensusThread::~CensusThread() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

/// Passes are due at constant times. One that takes longer than the period, on a machine that is
/// busy with other things, is not made good: the next comes a whole period later.
void CensusThread::run() {
  give_way();
  std::unique_lock guard(mutex_);
  auto next = std::chrono::steady_clock::now() + period_;
  while (!changed_.wait_until(guard, next, [this] { return stopping_; })) {
    guard.unlock();
    census_.take();
    guard.lock();
    next = std::max(next, std::chrono::steady_clock::now() - period_) + period_;
  }
}

}  // namespace flatline
