#pragma once

// A slow pool is a few threads and a short queue, for answers that may have to wait for the disk or
// for the loop. However slow these are, they hold up nothing that the server answers at once. A job
// that finds the queue full is refused at once.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace flatline {

/// The queue of a slow pool, without threads or locks: only one caller at a time may use it.
class SlowJobs {
 public:
  /// A job is told whether the pool is stopping. It then comes too late, and only has to say so.
  /// What it throws goes into the log, and reaches nobody else.
  using Job = std::function<void(bool stopping)>;

  explicit SlowJobs(std::size_t places) : places_(places) {}

  /// Returns false if the queue is full or stopped, or if there is no memory. The job will then not
  /// run.
  [[nodiscard]] bool add(Job job) noexcept;
  /// From now on no job is added, and jobs that wait are told so when they run.
  void stop() { stopping_ = true; }

  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// A job that was taken out of the queue. It runs without the queue, so the caller need not hold
  /// a lock meanwhile.
  struct Taken {
    Job job;
    bool stopping = false;
    void run() const noexcept;
  };
  /// Takes the job that waits the longest. The queue must not be empty.
  [[nodiscard]] Taken take();

 private:
  std::size_t places_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
};

class SlowPool {
 public:
  using Job = SlowJobs::Job;

  /// Throws Failure if a thread cannot be started.
  SlowPool(unsigned threads, std::size_t places);
  ~SlowPool() { stop(); }
  SlowPool(const SlowPool&) = delete;
  SlowPool& operator=(const SlowPool&) = delete;

  /// Returns false if the queue is full, the pool is stopping, or there is no memory. The job will
  /// then not run; otherwise it runs exactly once.
  [[nodiscard]] bool submit(Job job) noexcept;
  /// Takes no more jobs, runs those that wait and tells them that the pool stops, and returns when
  /// all threads have ended.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  SlowJobs jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace flatline
