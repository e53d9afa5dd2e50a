#pragma once

// A thread for one owner's calls that may block in the system without end, such as on a disk of a
// dead server or a name server that does not answer. It does one job at a time, and nobody else's
// work waits behind that job, as it would in libuv's shared pool. A job cannot be stopped. When the
// worker is destroyed during one, its thread is left alone: it ends after the job, or with the
// process.

#include <functional>
#include <memory>

#include "agent/loop/handles.h"

namespace flatline {

class Worker {
 public:
  /// Is called on the loop's thread, and only while the worker exists.
  using Finish = std::function<void()>;
  /// Runs on the worker's thread, and returns what the loop's thread then calls. It may outlive the
  /// worker, so it holds all that it reads by value. When it throws, the log tells why and the
  /// worker is free again, but its owner hears nothing: a job turns its errors into an answer.
  using Job = std::function<Finish()>;

  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Whether a job has not finished yet.
  [[nodiscard]] bool busy() const { return busy_; }

  /// Begins a job. The worker must not be busy, and the loop must be the same each time. The first
  /// call starts the thread. Throws Failure if the system gives no thread.
  void start(uv_loop_s& loop, Job job);

 private:
  struct Shared;

  static void on_wake(uv_async_s* async);
  static void work(const std::shared_ptr<Shared>& shared);
  static Finish finish_of(const Job& job) noexcept;

  std::shared_ptr<Shared> shared_;
  HandlePointer<uv_async_s> async_;  ///< Wakes the loop; null until the first job.
  bool busy_ = false;
};

}  // namespace flatline
