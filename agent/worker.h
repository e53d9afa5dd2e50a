#pragma once

// A thread of its owner's own, for calls that may block in the system for as long as they like: a
// disk of a dead server, a name server that does not answer. One job at a time; nobody else's work
// ever waits behind it, as it would in libuv's pool. A job cannot be stopped: when the worker goes,
// its thread is left to itself, and ends with the process at the latest.

#include <functional>
#include <memory>

#include "agent/handles.h"

namespace flatline {

class Worker {
 public:
  /// Called on the loop's thread, and only while the worker is there.
  using Finish = std::function<void()>;
  /// Runs on the worker's thread and may outlive the worker: holds all that it reads by value.
  using Job = std::function<Finish()>;

  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Whether a job has not finished yet.
  [[nodiscard]] bool busy() const { return busy_; }

  /// Begins a job; not while busy. Always on the same loop. Throws Failure: no thread to be had.
  void start(uv_loop_s& loop, Job job);

 private:
  struct Shared;

  static void on_wake(uv_async_s* async);
  static void work(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  HandlePointer<uv_async_s> async_;  ///< From the first job on.
  bool busy_ = false;
};

}  // namespace flatline
