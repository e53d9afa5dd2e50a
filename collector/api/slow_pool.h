#pragma once

// A few threads of their own, and a short queue, for answers that may wait: on the disk, or for the
// loop. However slow these are, whatever the server answers at once is not behind them. What finds
// the queue full is refused there and then.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace flatline {

/// The queue of such a pool, without threads or locks: one caller at a time.
class SlowJobs {
 public:
  /// Told whether it comes too late, because the pool is stopping, and only has to say so. What it
  /// throws is told in the log, and reaches nobody else.
  using Job = std::function<void(bool stopping)>;

  explicit SlowJobs(std::size_t places) : places_(places) {}

  /// False: the queue is full, stopped, or there is no memory; the job will not run.
  [[nodiscard]] bool add(Job job) noexcept;
  /// No job is added any more; those that wait are told so when they run.
  void stop() { stopping_ = true; }

  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// A job on its way out of the queue; running it needs the queue no more.
  struct Taken {
    Job job;
    bool stopping = false;
    void run() const noexcept;
  };
  /// The one that waits the longest. The queue must not be empty.
  [[nodiscard]] Taken take();

 private:
  std::size_t places_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
};

class SlowPool {
 public:
  using Job = SlowJobs::Job;

  /// Throws Failure: there is no thread to be had.
  SlowPool(unsigned threads, std::size_t places);
  ~SlowPool() { stop(); }
  SlowPool(const SlowPool&) = delete;
  SlowPool& operator=(const SlowPool&) = delete;

  /// False: the queue is full, the pool is stopping, or there is no memory; the job will not run.
  /// Otherwise it runs exactly once.
  [[nodiscard]] bool submit(Job job) noexcept;
  /// Lets jobs that have begun end, tells those that wait, and takes no more.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  SlowJobs jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace flatline
